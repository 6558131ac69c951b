"""Indexes that grow with the rows that need them: of posts in campaigns, and of connect links by their expiry."""

from minutehand.migrations.plain_sql import steps

revision = "0030"
down_revision = "0029"

upgrade, downgrade = steps(__file__)

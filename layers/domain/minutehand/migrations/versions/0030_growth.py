"""Restricts an index to the posts in campaigns, and adds an index of connect links by their expiry."""

from minutehand.migrations.plain_sql import steps

revision = "0030"
down_revision = "0029"

upgrade, downgrade = steps(__file__)

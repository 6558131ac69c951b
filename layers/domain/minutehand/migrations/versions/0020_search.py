"""Adds the words of posts, and the indexes of the filters of lists."""

from minutehand.migrations.plain_sql import steps

revision = "0020"
down_revision = "0019"

upgrade, downgrade = steps(__file__)

"""Adds the table ``post_words``, with which posts are searched, and indexes for filtering lists."""

from minutehand.migrations.plain_sql import steps

revision = "0020"
down_revision = "0019"

upgrade, downgrade = steps(__file__)

"""Adds a mark for the media items that have a thumbnail."""

from minutehand.migrations.plain_sql import steps

revision = "0028"
down_revision = "0027"

upgrade, downgrade = steps(__file__)

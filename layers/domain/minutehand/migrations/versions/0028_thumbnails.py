"""Adds a column that marks the media items with a thumbnail."""

from minutehand.migrations.plain_sql import steps

revision = "0028"
down_revision = "0027"

upgrade, downgrade = steps(__file__)

"""Adds the hashes of texts, by which posts with the same text are found."""

from minutehand.migrations.plain_sql import steps

revision = "0025"
down_revision = "0024"

upgrade, downgrade = steps(__file__)

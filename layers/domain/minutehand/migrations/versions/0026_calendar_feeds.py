"""Adds the table of calendar feeds."""

from minutehand.migrations.plain_sql import steps

revision = "0026"
down_revision = "0025"

upgrade, downgrade = steps(__file__)

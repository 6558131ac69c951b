"""Adds the settings of each owner."""

from minutehand.migrations.plain_sql import steps

revision = "0015"
down_revision = "0014"

upgrade, downgrade = steps(__file__)

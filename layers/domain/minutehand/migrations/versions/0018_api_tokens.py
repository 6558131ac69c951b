"""Adds the table of API tokens."""

from minutehand.migrations.plain_sql import steps

revision = "0018"
down_revision = "0016"

upgrade, downgrade = steps(__file__)

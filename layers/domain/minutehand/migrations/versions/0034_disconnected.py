"""Adds an index of the events of disconnected accounts."""

from minutehand.migrations.plain_sql import concurrent_step, steps

revision = "0034"
down_revision = "0033"

_, downgrade = steps(__file__)
upgrade = concurrent_step(__file__)

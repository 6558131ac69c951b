"""Adds the counts of each owner's requests, for the rate limit."""

from minutehand.migrations.plain_sql import steps

revision = "0011"
down_revision = "0010"

upgrade, downgrade = steps(__file__)

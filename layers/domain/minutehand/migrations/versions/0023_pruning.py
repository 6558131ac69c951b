"""Adds the functions that delete old events and old entries of the ledger."""

from minutehand.migrations.plain_sql import steps

revision = "0023"
down_revision = "0022"

upgrade, downgrade = steps(__file__)

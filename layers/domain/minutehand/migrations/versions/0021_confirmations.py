"""Lets the ledger record that a person has found a publication on its platform."""

from minutehand.migrations.plain_sql import steps

revision = "0021"
down_revision = "0020"

upgrade, downgrade = steps(__file__)

"""Adds the event ``confirmed_published`` to the ledger, for publications that a person has found on the platform."""

from minutehand.migrations.plain_sql import steps

revision = "0021"
down_revision = "0020"

upgrade, downgrade = steps(__file__)

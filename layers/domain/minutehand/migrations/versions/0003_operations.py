"""Adds windows, approval comments, pauses of one owner's campaigns, and catch-up."""

from minutehand.migrations.plain_sql import steps

revision = "0003"
down_revision = "0002"

upgrade, downgrade = steps(__file__)

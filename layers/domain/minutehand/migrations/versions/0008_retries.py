"""Adds ``retrying_since``, for publications that are retried because of errors before the publish call."""

from minutehand.migrations.plain_sql import steps

revision = "0008"
down_revision = "0007"

upgrade, downgrade = steps(__file__)

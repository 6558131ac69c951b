"""Adds ``browser_digest``, which binds an authorization to the browser in which a person has confirmed it."""

from minutehand.migrations.plain_sql import steps

revision = "0010"
down_revision = "0009"

upgrade, downgrade = steps(__file__)

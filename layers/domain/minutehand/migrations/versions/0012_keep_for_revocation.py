"""Adds ``keep_for_revocation``, with which a function keeps a sealed token that it cannot read."""

from minutehand.migrations.plain_sql import steps

revision = "0012"
down_revision = "0011"

upgrade, downgrade = steps(__file__)

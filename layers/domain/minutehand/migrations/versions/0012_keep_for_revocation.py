"""Adds ``keep_for_revocation``, which saves the sealed token of a connection for a caller that cannot read it."""

from minutehand.migrations.plain_sql import steps

revision = "0012"
down_revision = "0011"

upgrade, downgrade = steps(__file__)

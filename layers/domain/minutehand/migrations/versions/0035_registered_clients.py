"""Adds ``sealed_client``, the OAuth client that Minutehand registered for an authorization."""

from minutehand.migrations.plain_sql import steps

revision = "0035"
down_revision = "0034"

upgrade, downgrade = steps(__file__)

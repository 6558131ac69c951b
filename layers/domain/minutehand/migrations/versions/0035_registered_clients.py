"""Adds the OAuth clients that Minutehand registers with servers, and the client of a pending authorization."""

from minutehand.migrations.plain_sql import steps

revision = "0035"
down_revision = "0034"

upgrade, downgrade = steps(__file__)

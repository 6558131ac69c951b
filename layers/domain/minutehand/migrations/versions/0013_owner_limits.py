"""Adds the total size of each owner's media items, and an index of pending authorizations, for the owner's limits."""

from minutehand.migrations.plain_sql import steps

revision = "0013"
down_revision = "0012"

upgrade, downgrade = steps(__file__)

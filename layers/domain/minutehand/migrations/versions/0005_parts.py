"""Adds ``part``, counted from 1, and keeps ``segment``, which the previous release still uses."""

from minutehand.migrations.plain_sql import steps

revision = "0005"
down_revision = "0004"

upgrade, downgrade = steps(__file__)

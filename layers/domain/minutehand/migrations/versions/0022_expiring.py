"""Adds the column and the index with which each end of the access to an account is announced once."""

from minutehand.migrations.plain_sql import steps

revision = "0022"
down_revision = "0021"

upgrade, downgrade = steps(__file__)

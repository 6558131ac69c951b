"""Adds an index that contains every column that the sums of metrics need."""

from minutehand.migrations.plain_sql import steps

revision = "0032"
down_revision = "0031"

upgrade, downgrade = steps(__file__)

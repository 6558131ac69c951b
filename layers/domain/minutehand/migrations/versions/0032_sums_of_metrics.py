"""Adds the column ``counts``, and an index with the columns that the sums of metrics need."""

from minutehand.migrations.plain_sql import steps

revision = "0032"
down_revision = "0031"

upgrade, downgrade = steps(__file__)

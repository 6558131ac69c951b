"""Lets the sums of metrics read one index, and no rows."""

from minutehand.migrations.plain_sql import steps

revision = "0032"
down_revision = "0031"

upgrade, downgrade = steps(__file__)

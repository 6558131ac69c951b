"""Adds the metrics of publications, the numbers of followers, and the times of their next readings."""

from minutehand.migrations.plain_sql import steps

revision = "0029"
down_revision = "0028"

upgrade, downgrade = steps(__file__)

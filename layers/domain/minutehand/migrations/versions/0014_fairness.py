"""Adds the index with which publishers find the owners whose publications are due."""

from minutehand.migrations.plain_sql import steps

revision = "0014"
down_revision = "0013"

upgrade, downgrade = steps(__file__)

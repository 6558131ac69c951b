"""Adds indexes that find the publication of a post on a platform, and the slots of overdue publications."""

from minutehand.migrations.plain_sql import steps

revision = "0004"
down_revision = "0003"

upgrade, downgrade = steps(__file__)

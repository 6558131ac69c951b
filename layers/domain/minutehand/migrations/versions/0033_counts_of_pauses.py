"""Adds the indexes for the numbers of publications and posts within the scope of a pause."""

from minutehand.migrations.plain_sql import concurrent_step, steps

revision = "0033"
down_revision = "0032"

_, downgrade = steps(__file__)
upgrade = concurrent_step(__file__)

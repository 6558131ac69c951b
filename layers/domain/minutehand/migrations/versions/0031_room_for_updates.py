"""Keeps most updates of publications from changing the indexes, and keeps query plans from reading a whole index."""

from minutehand.migrations.plain_sql import concurrent_step, steps

revision = "0031"
down_revision = "0030"

_, downgrade = steps(__file__)
upgrade = concurrent_step(__file__)

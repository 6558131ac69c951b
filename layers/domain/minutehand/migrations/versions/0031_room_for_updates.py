"""Lets most updates of publications leave the indexes unchanged, and keeps plans from confusing two indexes."""

from minutehand.migrations.plain_sql import concurrent_step, steps

revision = "0031"
down_revision = "0030"

_, downgrade = steps(__file__)
upgrade = concurrent_step(__file__)

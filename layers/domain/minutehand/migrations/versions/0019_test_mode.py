"""Adds the constraint that keeps publications of test data in the sandbox."""

from minutehand.migrations.plain_sql import steps

revision = "0019"
down_revision = "0018"

upgrade, downgrade = steps(__file__)

"""Adds ``publish_on_approval``, for posts that are published as soon as they are approved."""

from minutehand.migrations.plain_sql import steps

revision = "0007"
down_revision = "0005"
"""The expansion before it: expansions do not wait for contractions."""

upgrade, downgrade = steps(__file__)

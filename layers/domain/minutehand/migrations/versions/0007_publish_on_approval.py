"""Adds ``publish_on_approval``, for posts that are published as soon as they are approved."""

from minutehand.migrations.plain_sql import steps

revision = "0007"
down_revision = "0005"
"""The previous expansion. An expansion does not wait for a contraction."""

upgrade, downgrade = steps(__file__)

"""Adds selected accounts and variants to posts, and adds threads, OAuth, token refresh and the media library."""

from minutehand.migrations.plain_sql import steps

revision = "0002"
down_revision = "0001"

upgrade, downgrade = steps(__file__)

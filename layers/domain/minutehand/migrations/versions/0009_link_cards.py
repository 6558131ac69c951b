"""Adds ``link_cards``, the previews of the pages that posts link to."""

from minutehand.migrations.plain_sql import steps

revision = "0009"
down_revision = "0008"

upgrade, downgrade = steps(__file__)

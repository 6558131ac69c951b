"""Turns the table post_events into events, which also records the events of publications, connections and media."""

from minutehand.migrations.plain_sql import steps

revision = "0016"
down_revision = "0015"

upgrade, downgrade = steps(__file__)

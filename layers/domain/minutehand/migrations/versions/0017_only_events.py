"""Removes the view ``post_events``, which revision 0016 created, once no running function needs it."""

from minutehand.migrations.plain_sql import steps

revision = "0017"
down_revision = "0016"
contracts = "0016"
"""The revision that replaced the table with this view; see `minutehand.migrations.migrate`."""

upgrade, downgrade = steps(__file__)

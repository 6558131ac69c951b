"""Removes the view that revision 0016 left under the name of its table, once no running function needs it."""

from minutehand.migrations.plain_sql import steps

revision = "0017"
down_revision = "0016"
contracts = "0016"
"""This revision runs only after a tick of a scheduler built for revision 0016; see `minutehand.migrations.migrate`."""

upgrade, downgrade = steps(__file__)

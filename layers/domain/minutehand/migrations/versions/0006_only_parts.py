"""Removes the columns that revision 0005 replaced, once no running function needs them."""

from minutehand.migrations.plain_sql import steps

revision = "0006"
down_revision = "0005"
contracts = "0005"
"""This revision runs only after a tick of a scheduler built for revision 0005; see `minutehand.migrations.migrate`."""

upgrade, downgrade = steps(__file__)

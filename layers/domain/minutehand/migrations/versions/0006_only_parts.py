"""Removes the columns that revision 0005 replaced, once no running function needs them."""

from minutehand.migrations.plain_sql import steps

revision = "0006"
down_revision = "0005"
contracts = "0005"
"""The revision that replaced these columns; see `minutehand.migrations.migrate`."""

upgrade, downgrade = steps(__file__)

"""Adds the column and the index for the event `connection.expiring`, which is written once for each time at which an
access ends.
"""

from minutehand.migrations.plain_sql import steps

revision = "0022"
down_revision = "0021"

upgrade, downgrade = steps(__file__)

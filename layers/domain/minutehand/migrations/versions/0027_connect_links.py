"""Adds the table of connect links, and the column for the page to which a browser returns after an authorization."""

from minutehand.migrations.plain_sql import steps

revision = "0027"
down_revision = "0026"

upgrade, downgrade = steps(__file__)

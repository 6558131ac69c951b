"""Creates the tables of the first schema."""

from minutehand.migrations.plain_sql import steps

revision = "0001"
down_revision = None

upgrade, downgrade = steps(__file__)

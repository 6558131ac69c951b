"""Makes the positions of an owner's events unique, even if old events are deleted while others get their positions."""

from minutehand.migrations.plain_sql import steps

revision = "0024"
down_revision = "0023"

upgrade, downgrade = steps(__file__)

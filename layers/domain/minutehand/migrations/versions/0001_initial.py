"""Creates the first schema: posts, connections, publications, the ledger, audit events and idempotency keys."""

from minutehand.migrations.plain_sql import steps

revision = "0001"
down_revision = None

upgrade, downgrade = steps(__file__)

"""Creates the first schema: posts, connections, publications, the ledger, audit events and idempotency keys."""

from minutehand.migrations.plain_sql import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    run("0001_initial.sql")


def downgrade() -> None:
    """Drop every table."""
    run("0001_initial.down.sql")

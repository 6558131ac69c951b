"""Adds windows, approval comments, pauses of campaigns, and catch-up."""

from minutehand.migrations.plain_sql import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns and tables."""
    run("0003_operations.sql")


def downgrade() -> None:
    """Remove the columns and tables."""
    run("0003_operations.down.sql")

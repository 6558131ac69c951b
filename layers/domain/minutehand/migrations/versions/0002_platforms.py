"""Accounts named by posts, variants, threads in parts, OAuth, refreshed tokens, the media library."""

from minutehand.migrations.plain_sql import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns and tables."""
    run("0002_platforms.sql")


def downgrade() -> None:
    """Take them away."""
    run("0002_platforms.down.sql")

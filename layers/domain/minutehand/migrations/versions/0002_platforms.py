"""Adds selected accounts and variants to posts, and adds threads, OAuth, token refresh and the media library."""

from minutehand.migrations.plain_sql import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns and tables."""
    run("0002_platforms.sql")


def downgrade() -> None:
    """Remove the columns and tables."""
    run("0002_platforms.down.sql")

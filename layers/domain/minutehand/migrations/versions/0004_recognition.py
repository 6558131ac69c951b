"""Adds indexes that find the publication of a post on a platform, and the slots of overdue publications."""

from minutehand.migrations.plain_sql import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the indexes."""
    run("0004_recognition.sql")


def downgrade() -> None:
    """Remove the indexes."""
    run("0004_recognition.down.sql")

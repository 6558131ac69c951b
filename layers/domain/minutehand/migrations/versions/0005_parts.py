"""Adds ``part``, counted from 1, and keeps ``segment``, which the previous release still uses."""

from minutehand.migrations.plain_sql import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add and fill the columns, and keep the old and new columns consistent while functions of two releases run."""
    run("0005_parts.sql")


def downgrade() -> None:
    """Remove the columns."""
    run("0005_parts.down.sql")

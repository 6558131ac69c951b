"""Adds ``publish_on_approval``, for posts that are published as soon as they are approved."""

from minutehand.migrations.plain_sql import run

revision = "0007"
down_revision = "0005"
"""The expansion before it: expansions do not wait for contractions."""


def upgrade() -> None:
    """Add the column."""
    run("0007_publish_on_approval.sql")


def downgrade() -> None:
    """Remove the column."""
    run("0007_publish_on_approval.down.sql")

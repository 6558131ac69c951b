"""Parts of a post under their own name, counted from 1, beside ``segment``, which the release before still uses."""

from minutehand.migrations.plain_sql import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, fill them, and keep both forms equal while functions of two releases run."""
    run("0005_parts.sql")


def downgrade() -> None:
    """Remove the columns."""
    run("0005_parts.down.sql")

"""Removes the columns that revision 0005 replaced, once no running function needs them."""

from minutehand.migrations.plain_sql import run

revision = "0006"
down_revision = "0005"
contracts = "0005"
"""This revision runs only after a tick of a scheduler built for revision 0005; see `minutehand.migrations.migrate`."""


def upgrade() -> None:
    """Remove ``segment`` and ``inquiries``."""
    run("0006_only_parts.sql")


def downgrade() -> None:
    """Add the columns again."""
    run("0006_only_parts.down.sql")

"""Removes what 0005 replaced, once no function that needs it runs."""

from minutehand.migrations.plain_sql import run

revision = "0006"
down_revision = "0005"
contracts = "0005"
"""Runs only after a scheduler that was built for this revision has ticked; see `minutehand.migrations.migrate`."""


def upgrade() -> None:
    """Remove ``segment`` and ``inquiries``."""
    run("0006_only_parts.sql")


def downgrade() -> None:
    """Add them again."""
    run("0006_only_parts.down.sql")

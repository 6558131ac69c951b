"""Posts that are found on a platform, and whose they are; turns of what catches up."""

from minutehand.migrations.plain_sql import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add indexes."""
    run("0004_recognition.sql")


def downgrade() -> None:
    """Take them away."""
    run("0004_recognition.down.sql")

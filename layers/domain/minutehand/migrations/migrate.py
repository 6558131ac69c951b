"""Brings a database's schema up to date. Run by the migrator function at deploy and by the tests."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def upgrade(url: str, revision: str = "head") -> None:
    """Run the revisions that the database at ``url`` lacks, up to ``revision``; two at once take turns."""
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Undo revisions down to ``revision`` (``base`` for all)."""
    command.downgrade(_config(url), revision)


def head() -> str:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(_config("")).get_current_head() or "base"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return config

"""Brings a database's schema up to date. Run by the migrator function at deploy and by the tests."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool


def upgrade(url: str, revision: str = "head") -> None:
    """Run the revisions that the database at ``url`` lacks, up to ``revision``; two at once take turns.

    A database that is ahead of this package is left as it is: so it is when a deploy is rolled back after its
    migration, and the functions of the release before it work on the newer schema.
    """
    config = _config(url)
    if _is_known(_current(url), ScriptDirectory.from_config(config)):
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Undo revisions down to ``revision`` (``base`` for all)."""
    command.downgrade(_config(url), revision)


def head() -> str:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(_config("")).get_current_head() or "base"


def _current(url: str) -> str | None:
    engine = create_engine(_sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_known(revision: str | None, scripts: ScriptDirectory) -> bool:
    return revision is None or revision in {script.revision for script in scripts.walk_revisions()}


def _sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = _sqlalchemy_url(url)
    return config

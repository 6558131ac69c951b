"""Bring a database's schema up to date: the migrator function does so at each deploy, and the tests at their start.

A revision either expands the schema, so that the release before works on it too, or contracts it. A contraction names
in ``contracts`` the revision that replaced the old form. It waits for a deploy that finds a tick by a scheduler built
for that revision: then every function is of that release or newer, because CloudFormation updates and rolls back all
of them together.
"""

from pathlib import Path
from typing import LiteralString

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory


class DowngradeRefused(Exception):
    """A downgrade would lose what only the newer schema can hold."""


def upgrade(url: str, revision: str = "head") -> str | None:
    """Run the revisions that the database at ``url`` lacks, up to ``revision``, and return the one it has then.

    Two upgrades at once wait for each other. A contraction that has to wait is left to a later deploy. A database that
    is ahead of this package stays as it is: a deploy that is rolled back after its migration leaves one, and the
    functions of the release before work on it.
    """
    config = _config(url)
    scripts = ScriptDirectory.from_config(config)
    current = _read(url, "SELECT version_num FROM alembic_version")
    if not _is_known(current, scripts):
        return current
    # The column is younger than the table. None: no scheduler, and so no older function, has ever run here.
    built_for = _read(
        url, "SELECT coalesce(to_jsonb(ticks) ->> 'schema_revision', '') FROM ticks WHERE caller = 'rule'"
    )
    target = current
    for script in reversed(list(scripts.iterate_revisions(revision, current))):
        if not _may_run(script, built_for):
            break
        target = script.revision
    if target is not None and target != current:
        command.upgrade(config, target)
    return target


def downgrade(url: str, revision: str) -> None:
    """Undo revisions down to ``revision`` (``base`` for all) in a database without posts.

    Raises:
        DowngradeRefused: the database holds posts.
    """
    if _read(url, "SELECT id FROM social_posts LIMIT 1") is not None:
        raise DowngradeRefused(
            f"This database holds posts, and a downgrade to revision {revision} would lose parts of them. "
            "Restore the backup that was made before the upgrade instead."
        )
    command.downgrade(_config(url), revision)


def head() -> str:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(_config("")).get_current_head() or "base"


def _read(url: str, query: LiteralString) -> str | None:
    """Return the first value that ``query`` finds; None when there is no row, or no such table yet."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(query).fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return None if row is None else str(row[0])


def _may_run(script: Script, built_for: str | None) -> bool:
    """Say whether ``script`` expands, or contracts what no running function needs."""
    contracts: str | None = getattr(script.module, "contracts", None)
    return contracts is None or built_for is None or built_for >= contracts


def _is_known(revision: str | None, scripts: ScriptDirectory) -> bool:
    return revision is None or revision in {script.revision for script in scripts.walk_revisions()}


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return config

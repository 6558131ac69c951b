"""Upgrades and downgrades a database's schema. The migrator function runs the upgrade at each deployment that changes
this package.

A revision either expands the schema, so that the previous release still works with it, or contracts the schema. In
``contracts``, a contraction names the revision that replaced the old form of the schema. The contraction waits until a
scheduler built for that revision or a later one has run a tick. No function then needs the old form, because
CloudFormation updates and rolls back all functions together. In a database without ticks, a contraction runs
immediately.

The expansions form one line. Each contraction branches off this line, so later expansions do not wait for it.
"""

from pathlib import Path
from typing import LiteralString

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import to_tuple

_CURRENT: LiteralString = "SELECT coalesce(string_agg(version_num, ' ' ORDER BY version_num), '') FROM alembic_version"


class UpgradeRefused(Exception):
    """The upgrade skips a release that must be deployed first."""


class DowngradeRefused(Exception):
    """The database holds posts, and a downgrade could lose some of their data."""


def upgrade(url: str, revision: str = "heads") -> str | None:
    """Upgrade the database at ``url`` up to ``revision``, and return the newest revisions that the database has
    afterwards. Several revisions are separated by spaces; see `head`. If two upgrades run at the same time, one waits
    for the other. A contraction that has to wait runs in a later deployment.

    If the database has a revision that this package does not have, the database stays unchanged. The deployment of a
    newer release has then been rolled back after its migration, and this release works with the newer schema.

    Raises:
        UpgradeRefused: a contraction has to wait, but a later revision depends on the contraction. The database is
        unchanged.
    """
    config = _config(url)
    scripts = ScriptDirectory.from_config(config)
    current = (_read(url, _CURRENT) or "").split()
    known = {script.revision for script in scripts.walk_revisions()}
    if not known.issuperset(current):
        return " ".join(current)
    # None if no scheduler has run a tick on this database. No running function then needs an old form of the schema.
    built_for = _read(url, "SELECT coalesce(report ->> 'schema_revision', '') FROM ticks WHERE caller = 'rule'")
    missing = list(reversed(list(scripts.iterate_revisions(revision, tuple(current), implicit_base=True))))
    waiting = [script for script in missing if not _may_run(script, built_for)]
    ready = [script for script in missing if script not in waiting]
    needed = {needed for script in ready for needed in _needed(script)}
    for script in waiting:
        if script.revision in needed:
            raise UpgradeRefused(
                f"Revision {script.revision} removes a part of the schema that the running release may use, and later "
                "revisions depend on this revision. First deploy the releases between the running release and "
                "this release, one after the other."
            )
    for script in ready:
        if script.revision not in needed:
            command.upgrade(config, script.revision)  # also runs the revisions on which this one depends
    return _read(url, _CURRENT) or None


def downgrade(url: str, revision: str) -> None:
    """Undo the revisions after ``revision``, or all revisions if it is ``base``, in a database without posts.

    Raises:
        DowngradeRefused: the database holds posts.
    """
    if _read(url, "SELECT id FROM social_posts LIMIT 1") is not None:
        raise DowngradeRefused(
            f"This database holds posts, and a downgrade to revision {revision} could lose some of their data. "
            "Restore the backup made before the upgrade instead."
        )
    command.downgrade(_config(url), revision)


def head() -> str:
    """Return the newest revisions of this package: the last expansion, and each contraction. Spaces separate them."""
    return " ".join(sorted(ScriptDirectory.from_config(_config("")).get_heads()))


def _read(url: str, query: LiteralString) -> str | None:
    """Return the first value that ``query`` selects, or None if there is no row or the table does not exist yet."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(query).fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return None if row is None else str(row[0])


def _may_run(script: Script, built_for: str | None) -> bool:
    """Return whether ``script`` expands the schema, or removes only parts that no running function uses."""
    contracts = _contracts(script)
    return contracts is None or built_for is None or built_for >= contracts


def _needed(script: Script) -> tuple[str, ...]:
    """Return the revisions on which ``script`` directly depends."""
    return to_tuple(script.down_revision, default=()) + to_tuple(script.dependencies, default=())


def _contracts(script: Script) -> str | None:
    """Return the revision after which ``script`` may contract the schema, or None if ``script`` expands the schema."""
    contracts: str | None = getattr(script.module, "contracts", None)
    return contracts


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return config

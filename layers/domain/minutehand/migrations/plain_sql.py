"""Runs the .sql files of revisions."""

from collections.abc import Callable
from pathlib import Path

from alembic import op

from minutehand.runtime import sql

type Step = Callable[[], None]
"""Runs one of a revision's statements unchanged, in the revision's transaction."""


def steps(revision_file: str) -> tuple[Step, Step]:
    """Return the statements ``upgrade`` and ``downgrade`` in the .sql file of the revision in ``revision_file``."""
    queries = sql.parse(Path(revision_file).with_suffix(".sql").read_text(encoding="utf-8"))
    return _step(queries["upgrade"]), _step(queries["downgrade"])


def _step(query: sql.Query) -> Step:
    return lambda: op.get_bind().exec_driver_sql(query.text).close()

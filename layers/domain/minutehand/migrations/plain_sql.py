"""Runs the statements in the .sql files of revisions."""

import re
from collections.abc import Callable
from pathlib import Path

from alembic import op

from minutehand.runtime import sql

type Step = Callable[[], None]
"""Runs the statements that upgrade the database to a revision, or that undo the revision."""


def steps(revision_file: str) -> tuple[Step, Step]:
    """Return the steps ``upgrade`` and ``downgrade`` of the revision whose Python file is ``revision_file``.

    Each step runs in the transaction of the revision.
    """
    queries = _queries(revision_file)
    return _step(queries["upgrade"]), _step(queries["downgrade"])


def concurrent_step(revision_file: str) -> Step:
    """Return the step ``upgrade`` of the revision whose Python file is ``revision_file``. The step can build indexes
    while functions write to the tables.

    Each statement runs in its own transaction, as CREATE INDEX CONCURRENTLY requires. After a failure, the next
    migration begins again with the first statement, so each statement must be safe to repeat. A semicolon at the end of
    a line ends a statement.
    """
    statements = re.split(r";\s*$", _queries(revision_file)["upgrade"].text, flags=re.MULTILINE)

    def run() -> None:
        with op.get_context().autocommit_block():
            connection = op.get_bind()
            connection.exec_driver_sql("SET lock_timeout = 0")  # the build waits for older transactions
            for statement in filter(None, map(str.strip, statements)):
                connection.exec_driver_sql(statement).close()
            connection.exec_driver_sql("SET lock_timeout = '5s'")

    return run


def _queries(revision_file: str) -> dict[str, sql.Query]:
    return sql.parse(Path(revision_file).with_suffix(".sql").read_text(encoding="utf-8"))


def _step(query: sql.Query) -> Step:
    return lambda: op.get_bind().exec_driver_sql(query.text).close()

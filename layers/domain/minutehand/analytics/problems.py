"""The reasons why the metrics of connections could not be read, as the API shows them."""

from collections.abc import Sequence
from datetime import datetime

from minutehand.analytics.work import Task
from minutehand.platforms.catalog import AUTHORIZABLE
from minutehand.platforms.errors import PermissionMissing, PublishError
from minutehand.runtime import sql
from minutehand.runtime.db import Database

SCOPE_MISSING = "scope_missing"


def note(db: Database, tasks: Sequence[Task], subject: str, *, now: datetime) -> None:
    """Record the errors of ``tasks``, and delete the recorded errors of the connections whose tasks have no error.

    ``subject``: ``publications`` or ``account``.
    """
    if not tasks:
        return
    problems = [(task, _problem(task.connection.platform, task.error)) for task in tasks if task.error is not None]
    db.fetch(
        _queries["note_problems"],
        subject=subject,
        connection_ids=[task.connection.id for task, _ in problems],
        codes=[code for _, (code, _) in problems],
        reasons=[reason for _, (_, reason) in problems],
        solved=[task.connection.id for task in tasks if task.error is None],
        now=now,
    )


def _problem(platform: str, error: PublishError) -> tuple[str, str]:
    """Return the code and the sentence for ``error``."""
    if not isinstance(error, PermissionMissing):
        return error.code, error.reason
    call = "POST connections/authorize" if platform in AUTHORIZABLE else "POST connections"
    return SCOPE_MISSING, f"{error.reason} To do so, call {call}."


_queries = sql.load(__package__)

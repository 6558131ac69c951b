"""The reasons why the metrics of connections could not be read, as the API shows them."""

from collections.abc import Sequence
from datetime import datetime

from minutehand.analytics.work import Turn
from minutehand.platforms.catalog import PROVIDERS
from minutehand.platforms.errors import PermissionMissing, PublishError
from minutehand.runtime import sql
from minutehand.runtime.db import Database

SCOPE_MISSING = "scope_missing"


def note(db: Database, turns: Sequence[Turn], subject: str, *, now: datetime) -> None:
    """Record the errors of ``turns``, and delete the recorded errors of the connections whose turns have no error.

    ``subject``: ``publications`` or ``account``.
    """
    if not turns:
        return
    problems = [(turn, _problem(turn.connection.platform, turn.error)) for turn in turns if turn.error is not None]
    db.fetch(
        _queries["note_problems"],
        subject=subject,
        connection_ids=[turn.connection.id for turn, _ in problems],
        codes=[code for _, (code, _) in problems],
        reasons=[reason for _, (_, reason) in problems],
        solved=[turn.connection.id for turn in turns if turn.error is None],
        now=now,
    )


def _problem(platform: str, error: PublishError) -> tuple[str, str]:
    """Return the code and the sentence for ``error``."""
    if not isinstance(error, PermissionMissing):
        return error.code, error.reason
    call = "POST connections/authorize" if platform in PROVIDERS else "POST connections"
    return SCOPE_MISSING, f"{error.reason} To do so, call {call}."


_queries = sql.load(__package__)

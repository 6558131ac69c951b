"""Handlers that run with the database privileges of their group, so that a missing privilege fails their tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

import psycopg

from minutehand.migrations.roles import role_name
from minutehand.runtime.db import BadConnectionString, Database
from minutehand.runtime.sql import Query
from tests.support.postgres import TEMPLATE, names_a_role

type Handler = Callable[[dict[str, Any], Any], Any]

_SET_ROLE = Query("set_role", "SELECT set_config('role', %(role)s, false)")
_OWN_ROLE = "none"
_acting: WeakKeyDictionary[Database, list[str]] = WeakKeyDictionary()
"""The roles of the handlers that run at the moment, by their database."""


def restricted(handler: Handler, db: Database, group: str) -> Handler:
    """Return a handler that runs ``handler`` with the role of ``group`` on the connection of ``db``.

    The connection has its own role again afterwards. Handlers of several groups that run at the same time on one
    connection have the privileges of the test. If the connection string names a role, the connection keeps it, for
    tests that observe the statements on the connection (see `tests.support.postgres.as_group`).
    """
    role = role_name(TEMPLATE, group)

    def acting(event: dict[str, Any], context: Any) -> Any:
        if _names_a_role(db):
            return handler(event, context)
        with _role(db, role):
            return handler(event, context)

    return acting


def _names_a_role(db: Database) -> bool:
    try:
        return names_a_role(db._url())
    except (BadConnectionString, psycopg.ProgrammingError):
        return False


@contextmanager
def _role(db: Database, role: str) -> Iterator[None]:
    running = _acting.setdefault(db, [])
    running.append(role)
    _apply(db, running)
    try:
        yield
    finally:
        running.remove(role)
        _apply(db, running)


def _apply(db: Database, running: list[str]) -> None:
    roles = set(running)
    role = roles.pop() if len(roles) == 1 else _OWN_ROLE
    # Some tests have no database, or break it. Their handlers find out themselves.
    with suppress(psycopg.Error, BadConnectionString):
        # Not the method of a subclass, which may count or break statements.
        Database.fetch(db, _SET_ROLE, role=role)

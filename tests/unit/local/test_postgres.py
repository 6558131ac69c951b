"""The embedded server listens on loopback, keeps its data, and replaces a server left over by a killed run."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from local.errors import LocalStackError
from local.postgres import EmbeddedPostgres, allow_logins, postgres
from local.settings import Port, Settings
from minutehand.migrations.migrate import upgrade
from minutehand.migrations.roles import grant, role_name
from tests.support.ports import unused_port

READABLE: dict[str, LiteralString] = {
    "authorizer": "SELECT id FROM api_tokens",
    "options": "SELECT id FROM social_connections",
}
"""Statements that read a table, for the groups that may not read posts."""


@pytest.fixture
def settings(server_folder: Path) -> Settings:
    port = Port(unused_port(), "Postgres", "MINUTEHAND_POSTGRES_PORT")
    return replace(Settings.from_environ({}), state=server_folder, postgres=port)


def test_data_survives_a_restart(settings: Settings) -> None:
    with postgres(settings) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        connection.commit()

    with postgres(settings) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (42,)


def test_server_left_over_by_a_killed_run_is_replaced(settings: Settings) -> None:
    leftover = EmbeddedPostgres(settings.state / "postgres", settings.postgres.number)
    leftover.start()

    with postgres(settings) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not leftover.is_running()


def test_each_group_of_functions_logs_in(settings: Settings) -> None:
    with postgres(settings) as url:
        upgrade(url)
        grant(url)
        for group, login in allow_logins(url).items():
            with psycopg.connect(login) as connection:
                connection.execute(READABLE.get(group, "SELECT FROM social_posts"))
                assert connection.execute("SELECT session_user").fetchone() == (role_name("postgres", group),)


def test_server_listens_only_on_loopback(settings: Settings) -> None:
    with postgres(settings) as url, psycopg.connect(url) as connection:
        listening = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()

    assert listening == ("127.0.0.1", "")


def test_port_in_use_is_reported_before_the_server_starts(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.postgres.number)),
        pytest.raises(LocalStackError, match="MINUTEHAND_POSTGRES_PORT"),
        postgres(settings),
    ):
        pass


def test_external_database_replaces_the_embedded_server(settings: Settings) -> None:
    external = replace(settings, external_database_url="postgresql://db.example/posts")

    with postgres(external) as url:
        assert url == "postgresql://db.example/posts"
    assert not (settings.state / "postgres").exists()


def test_request_of_a_web_page_ends_the_connection(settings: Settings) -> None:
    statement = b"\x51\x00\x00\x00\x10DROP TABLE x\x00"
    with postgres(settings):
        for method in (b"GET", b"POST", b"PUT", b"OPTIONS"):
            with socket.create_connection(("127.0.0.1", settings.postgres.number), timeout=10) as connection:
                connection.sendall(method + b" / HTTP/1.1\r\nContent-Length: 17\r\n\r\n" + statement)
                try:
                    answer = connection.recv(1024)
                except ConnectionResetError:
                    answer = b""
                assert answer == b"", method

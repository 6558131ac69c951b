"""The embedded server: TCP on loopback, data that survives, leftovers that do not block."""

import socket
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from local.errors import LocalStackError
from local.ports import unused
from local.postgres import EmbeddedPostgres, postgres
from local.settings import Port, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(
        Settings.from_environ({}), state=tmp_path, postgres=Port(unused(), "Postgres", "MINUTEHAND_POSTGRES_PORT")
    )


def test_data_survives_a_restart(settings: Settings) -> None:
    with postgres(settings) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.commit()

    with postgres(settings) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_server_left_over_by_a_killed_run_is_taken_over(settings: Settings) -> None:
    left_over = EmbeddedPostgres(settings.state / "postgres", settings.postgres.number)
    left_over.start()

    with postgres(settings) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not left_over.is_running()


def test_it_listens_on_loopback_alone(settings: Settings) -> None:
    with postgres(settings) as url, psycopg.connect(url) as connection:
        listening = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()

    assert listening == ("127.0.0.1", "")


def test_its_port_in_use_is_said_before_it_is_tried(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.postgres.number)),
        pytest.raises(LocalStackError, match="MINUTEHAND_POSTGRES_PORT"),
        postgres(settings),
    ):
        pass


def test_a_given_database_is_used_as_it_is(settings: Settings) -> None:
    given = replace(settings, given_database_url="postgresql://db.example/posts")

    with postgres(given) as url:
        assert url == "postgresql://db.example/posts"
    assert not (settings.state / "postgres").exists()

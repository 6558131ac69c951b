import io
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from local.errors import LocalStackError
from local.ports import require_free
from local.progress import Progress
from local.settings import Port, Settings
from local.stack import running
from tests.support.ports import unused_port


def test_error_names_the_port_in_use_and_the_variable_that_sets_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = Port(taken.getsockname()[1], "Postgres", "MINUTEHAND_POSTGRES_PORT")

        with pytest.raises(LocalStackError, match=f"Port {port.number}.*Postgres.*MINUTEHAND_POSTGRES_PORT"):
            require_free(port)


def test_error_names_every_port_in_use_and_no_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        taken = [
            Port(server.getsockname()[1], purpose, variable)
            for server, purpose, variable in ((first, "Postgres", "ONE_PORT"), (second, "the simulator", "TWO_PORT"))
        ]

        with pytest.raises(LocalStackError) as refused:
            require_free(taken[0], Port(unused_port(), "the AWS emulator", "FREE_PORT"), taken[1])

    assert str(refused.value) == (
        f"Port {taken[0].number}, needed for Postgres, is in use. "
        f"Port {taken[1].number}, needed for the simulator, is in use. Stop the processes that use them, "
        "or choose other ports: ONE_PORT=<port> TWO_PORT=<port> make run"
    )


def test_stack_checks_all_its_ports_before_it_starts_a_step(tmp_path: Path) -> None:
    output = io.StringIO()
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        settings = replace(
            Settings.from_environ({}),
            state=tmp_path,
            emulator=Port(unused_port(), "the AWS emulator", "MINUTEHAND_EMULATOR_PORT"),
            postgres=Port(first.getsockname()[1], "Postgres", "MINUTEHAND_POSTGRES_PORT"),
            simulator=Port(second.getsockname()[1], "the platform simulator", "MINUTEHAND_SIMULATOR_PORT"),
        )

        with (
            pytest.raises(LocalStackError, match=r"MINUTEHAND_POSTGRES_PORT=.*MINUTEHAND_SIMULATOR_PORT="),
            running(settings, Progress(output)),
        ):
            pass

    assert output.getvalue() == ""


def test_stack_needs_no_port_for_an_external_database() -> None:
    settings = Settings.from_environ({"DATABASE_URL": "postgresql://db.example/posts"})

    assert settings.ports == (settings.emulator, settings.simulator)


def test_unused_port_is_free() -> None:
    number = unused_port()

    require_free(Port(number, "Postgres", "MINUTEHAND_POSTGRES_PORT"))

    with socket.create_server(("127.0.0.1", number)) as server:
        assert server.getsockname()[1] == number

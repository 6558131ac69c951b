import socket

import pytest

from local.errors import LocalStackError
from local.ports import require_free, unused
from local.settings import Port


def test_a_port_in_use_is_named_with_the_variable_that_moves_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = Port(taken.getsockname()[1], "Postgres", "MINUTEHAND_POSTGRES_PORT")

        with pytest.raises(LocalStackError, match=f"Port {port.number}.*Postgres.*MINUTEHAND_POSTGRES_PORT"):
            require_free(port)


def test_a_free_port_is_free() -> None:
    number = unused()

    require_free(Port(number, "Postgres", "MINUTEHAND_POSTGRES_PORT"))

    with socket.create_server(("127.0.0.1", number)) as server:
        assert server.getsockname()[1] == number

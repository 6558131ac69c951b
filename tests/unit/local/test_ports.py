import socket

import pytest

from local.errors import LocalStackError
from local.ports import require_free
from local.settings import Port
from tests.support.ports import unused_port


def test_error_names_the_port_in_use_and_the_variable_that_sets_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = Port(taken.getsockname()[1], "Postgres", "MINUTEHAND_POSTGRES_PORT")

        with pytest.raises(LocalStackError, match=f"Port {port.number}.*Postgres.*MINUTEHAND_POSTGRES_PORT"):
            require_free(port)


def test_unused_port_is_free() -> None:
    number = unused_port()

    require_free(Port(number, "Postgres", "MINUTEHAND_POSTGRES_PORT"))

    with socket.create_server(("127.0.0.1", number)) as server:
        assert server.getsockname()[1] == number

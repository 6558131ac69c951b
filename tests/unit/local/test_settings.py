import re

import pytest

from local.errors import LocalStackError
from local.settings import ROOT, Settings


def test_defaults_match_the_documentation() -> None:
    settings = Settings.from_environ({})

    assert (settings.emulator.number, settings.postgres.number, settings.simulator.number) == (4566, 5460, 8095)
    assert settings.state == ROOT / ".local"
    assert settings.external_database_url is None
    assert settings.emulator_url == "http://127.0.0.1:4566"
    assert settings.simulator_url == "http://127.0.0.1:8095"


def test_documentation_lists_the_ports_with_their_variables_and_defaults() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(MINUTEHAND_[A-Z]+_PORT)` \| ([0-9]+) \|", page, re.MULTILINE)

    assert listed == [(port.variable, str(port.number)) for port in Settings.from_environ({}).ports]


def test_environment_sets_ports_and_database() -> None:
    settings = Settings.from_environ(
        {
            "MINUTEHAND_EMULATOR_PORT": "1001",
            "MINUTEHAND_POSTGRES_PORT": "1002",
            "MINUTEHAND_SIMULATOR_PORT": "1003",
            "DATABASE_URL": "postgresql://db.example/posts",
        }
    )

    assert (settings.emulator.number, settings.postgres.number, settings.simulator.number) == (1001, 1002, 1003)
    assert settings.external_database_url == "postgresql://db.example/posts"


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "80 ", "²"])
def test_error_names_the_variable_of_an_invalid_port(value: str) -> None:
    with pytest.raises(LocalStackError, match="MINUTEHAND_POSTGRES_PORT"):
        Settings.from_environ({"MINUTEHAND_POSTGRES_PORT": value})

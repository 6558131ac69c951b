"""samconfig.toml: the parameters of the three environments, and the content that the file must not have."""

import tomllib
from typing import Any

import pytest

from local.settings import ROOT
from tests.template.test_rules import refusals

ENVIRONMENTS = ["local", "staging", "prod"]


@pytest.fixture(scope="module")
def overrides() -> dict[str, dict[str, str]]:
    with (ROOT / "samconfig.toml").open("rb") as file:
        written = tomllib.load(file)
    return {
        name: dict(item.split("=", 1) for item in written[name]["deploy"]["parameters"]["parameter_overrides"])
        for name in ENVIRONMENTS
    }


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment_sets_known_parameters_to_allowed_values(
    name: str, overrides: dict[str, dict[str, str]], read: dict[str, Any]
) -> None:
    for parameter, value in overrides[name].items():
        allowed = read["Parameters"][parameter].get("AllowedValues")
        assert allowed is None or value in map(str, allowed)
    assert overrides[name]["Stage"] == name


def test_local_environment_is_complete(overrides: dict[str, dict[str, str]], read: dict[str, Any]) -> None:
    assert refusals(read, overrides["local"]) == []


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_other_environments_need_a_database_and_an_issuer(
    name: str, overrides: dict[str, dict[str, str]], read: dict[str, Any]
) -> None:
    assert len(refusals(read, overrides[name])) == 3
    own = {"DatabaseSecretArn": "arn", "OidcIssuer": "https://login.example.com/", "OidcAudience": "minutehand"}
    assert refusals(read, overrides[name] | own) == []


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_file_contains_nothing_personal(name: str, overrides: dict[str, dict[str, str]]) -> None:
    personal = {"DatabaseUrl", "DatabaseSecretArn", "OidcIssuer", "OidcAudience", "SubnetIds", "SecurityGroupIds"}

    assert personal & set(overrides[name]) == set()

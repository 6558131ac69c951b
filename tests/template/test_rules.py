"""The template's Rules, evaluated for sets of parameters: refused deployments and their messages."""

from typing import Any

import pytest

from minutehand.migrations.roles import PRIVILEGES

SOUND = {
    "local": {"Stage": "local", "AuthMode": "trusted-header", "DatabaseUrl": "postgresql://db"},
    "prod": {
        "Stage": "prod",
        "AuthMode": "oidc",
        "OidcIssuer": "https://login.example.com/",
        "OidcAudience": "minutehand",
        "DatabaseSecretArn": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db",
    },
}


def evaluate(expression: Any, values: dict[str, str]) -> Any:
    """Evaluate a condition of a rule."""
    match expression:
        case {"Ref": name}:
            return values[name]
        case {"Fn::Equals": [left, right]}:
            return evaluate(left, values) == evaluate(right, values)
        case {"Fn::Not": [inner]}:
            return not evaluate(inner, values)
        case {"Fn::And": parts}:
            return all(evaluate(part, values) for part in parts)
        case {"Fn::Or": parts}:
            return any(evaluate(part, values) for part in parts)
        case str():
            return expression
    raise AssertionError(f"not known in a rule: {expression}")


def refusals(read: dict[str, Any], given: dict[str, str]) -> list[str]:
    """Return the messages with which CloudFormation refuses a deployment with the parameters ``given``."""
    values = {name: str(parameter.get("Default", "")) for name, parameter in read["Parameters"].items()} | given
    return [
        assertion["AssertDescription"]
        for rule in read["Rules"].values()
        if "RuleCondition" not in rule or evaluate(rule["RuleCondition"], values)
        for assertion in rule["Assertions"]
        if not evaluate(assertion["Assert"], values)
    ]


@pytest.mark.parametrize("stage", SOUND)
def test_valid_deployment_is_accepted(stage: str, read: dict[str, Any]) -> None:
    assert refusals(read, SOUND[stage]) == []


@pytest.mark.parametrize("stage", ["staging", "prod"])
@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        ("AuthMode", "trusted-header", "accepts every identity that a caller claims"),
        ("MediaFromPrivateNetworks", "true", "internal addresses"),
        ("OAuthClients", '{"x": {}}', "shows the secrets"),
        ("SandboxUrl", "http://127.0.0.1:8095/sandbox", "local simulator"),
        ("OidcIssuer", "", "requires OidcIssuer"),
        ("OidcAudience", "", "requires OidcAudience"),
    ],
)
def test_local_settings_are_refused_in_other_stages(
    stage: str, parameter: str, value: str, words: str, read: dict[str, Any]
) -> None:
    (refusal,) = refusals(read, SOUND["prod"] | {"Stage": stage, parameter: value})

    assert words in refusal


def test_prod_refuses_the_sandbox(read: dict[str, Any]) -> None:
    (refusal,) = refusals(read, SOUND["prod"] | {"UnconnectedPlatforms": "sandbox"})

    assert "must not be published in the sandbox" in refusal


@pytest.mark.parametrize(("url", "arn"), [("", ""), ("postgresql://db", "arn:aws:secretsmanager:x:1:secret:y")])
def test_exactly_one_database_is_required(url: str, arn: str, read: dict[str, Any]) -> None:
    (refusal,) = refusals(read, SOUND["local"] | {"DatabaseUrl": url, "DatabaseSecretArn": arn})

    assert "either DatabaseUrl or DatabaseSecretArn" in refusal


LOGINS = {f"{group.capitalize()}Login": f"login of {group}" for group in PRIVILEGES}


@pytest.mark.parametrize("stage", SOUND)
def test_every_group_may_have_a_login(stage: str, read: dict[str, Any]) -> None:
    assert refusals(read, SOUND[stage] | LOGINS) == []


@pytest.mark.parametrize("login", LOGINS)
def test_logins_of_some_groups_are_refused(login: str, read: dict[str, Any]) -> None:
    for given in ({login: LOGINS[login]}, LOGINS | {login: ""}):
        (refusal,) = refusals(read, SOUND["prod"] | given)

        assert "or none of them" in refusal


def test_one_source_of_oauth_clients_is_allowed(read: dict[str, Any]) -> None:
    given = {"OAuthClients": "{}", "OAuthClientsSecretArn": "arn:aws:secretsmanager:x:1:secret:y"}
    (refusal,) = refusals(read, SOUND["local"] | given)

    assert "either OAuthClients or OAuthClientsSecretArn" in refusal


def test_deploy_without_parameters_is_refused(read: dict[str, Any]) -> None:
    assert refusals(read, {}) != []


@pytest.mark.parametrize("parameter", ["DatabaseUrl", "OAuthClients", *LOGINS])
def test_secret_parameters_are_not_echoed(parameter: str, read: dict[str, Any]) -> None:
    assert read["Parameters"][parameter]["NoEcho"] is True

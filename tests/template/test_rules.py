"""The template's Rules, worked out for sets of parameters: which deployments are refused, and with which words."""

from typing import Any

import pytest

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
    """Work out a condition of a rule."""
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
    """Return what CloudFormation would say to a deploy with the parameters ``given``."""
    values = {name: str(parameter.get("Default", "")) for name, parameter in read["Parameters"].items()} | given
    return [
        assertion["AssertDescription"]
        for rule in read["Rules"].values()
        if "RuleCondition" not in rule or evaluate(rule["RuleCondition"], values)
        for assertion in rule["Assertions"]
        if not evaluate(assertion["Assert"], values)
    ]


@pytest.mark.parametrize("stage", SOUND)
def test_a_sound_deployment_is_not_refused(stage: str, read: dict[str, Any]) -> None:
    assert refusals(read, SOUND[stage]) == []


@pytest.mark.parametrize("stage", ["staging", "prod"])
@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        ("AuthMode", "trusted-header", "believes whatever a caller claims"),
        ("MediaFromPrivateNetworks", "true", "internal addresses"),
        ("OAuthClients", '{"x": {}}', "show secrets"),
        ("SandboxUrl", "http://127.0.0.1:8095/sandbox", "local simulator"),
        ("OidcIssuer", "", "needs OidcIssuer"),
        ("OidcAudience", "", "needs OidcAudience"),
    ],
)
def test_what_is_for_the_local_stage_is_refused_elsewhere(
    stage: str, parameter: str, value: str, words: str, read: dict[str, Any]
) -> None:
    (refusal,) = refusals(read, SOUND["prod"] | {"Stage": stage, parameter: value})

    assert words in refusal


def test_prod_does_not_sandbox(read: dict[str, Any]) -> None:
    (refusal,) = refusals(read, SOUND["prod"] | {"UnconnectedPlatforms": "sandbox"})

    assert "never sandboxed" in refusal


@pytest.mark.parametrize(("url", "arn"), [("", ""), ("postgresql://db", "arn:aws:secretsmanager:x:1:secret:y")])
def test_there_is_exactly_one_database(url: str, arn: str, read: dict[str, Any]) -> None:
    (refusal,) = refusals(read, SOUND["local"] | {"DatabaseUrl": url, "DatabaseSecretArn": arn})

    assert "either DatabaseUrl or DatabaseSecretArn" in refusal


def test_there_is_one_source_of_registrations(read: dict[str, Any]) -> None:
    given = {"OAuthClients": "{}", "OAuthClientsSecretArn": "arn:aws:secretsmanager:x:1:secret:y"}
    (refusal,) = refusals(read, SOUND["local"] | given)

    assert "either OAuthClients or OAuthClientsSecretArn" in refusal


def test_nothing_given_is_refused(read: dict[str, Any]) -> None:
    assert refusals(read, {}) != []


@pytest.mark.parametrize("parameter", ["DatabaseUrl", "OAuthClients"])
def test_secrets_are_not_shown(parameter: str, read: dict[str, Any]) -> None:
    assert read["Parameters"][parameter]["NoEcho"] is True

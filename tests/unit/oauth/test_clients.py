"""The OAuth clients of a deployment."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from minutehand.oauth.clients import CACHE_SECONDS, Clients, ClientsUnavailable, parse
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.platforms.oauth2.provider import OAuthClient
from minutehand.runtime.config import BadConfiguration

SECRET = "hush-hush-hush"
X = {"clientId": "an-app", "clientSecret": SECRET}
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:clients"


def of_secret(read: Any, **seconds: Any) -> Clients:
    return Clients(ClientsConfig(stage="prod", oauth_clients_secret_arn=ARN), read, **seconds)


def test_oauth_clients_are_read_from_a_variable() -> None:
    clients = Clients(ClientsConfig(stage="local", oauth_clients=json.dumps({"x": X})))

    assert clients.get("x") == OAuthClient("an-app", SECRET)
    assert clients.get("tiktok") is None
    assert SECRET not in repr(clients.get("x"))


def test_an_oauth_client_may_limit_its_scopes() -> None:
    [client] = parse(json.dumps({"x": X | {"scopes": ["tweet.read", "tweet.write"]}}), local=False).values()

    assert client == OAuthClient("an-app", SECRET, scopes=("tweet.read", "tweet.write"))


def test_an_oauth_client_may_request_the_scopes_for_metrics() -> None:
    [client] = parse(json.dumps({"x": X | {"metrics": True}}), local=False).values()

    assert client == OAuthClient("an-app", SECRET, metrics=True)


@pytest.mark.parametrize("scopes", [[], [""], ["tweet.read tweet.write"], ["a,b"], "tweet.read", [7]])
def test_malformed_scopes_are_refused(scopes: object) -> None:
    with pytest.raises(BadConfiguration, match="scopes"):
        parse(json.dumps({"x": X | {"scopes": scopes}}), local=False)


def test_a_deployment_without_settings_has_no_oauth_clients() -> None:
    assert Clients(ClientsConfig(stage="prod")).get("x") is None


def test_a_secret_with_oauth_clients_is_read_again_after_a_while() -> None:
    now, read = [0.0], [json.dumps({"x": X}), json.dumps({"x": X | {"clientId": "another"}})]
    clients = of_secret(lambda arn: {ARN: read}[arn].pop(0), monotonic=lambda: now[0])

    for now[0], client_id in ((0.0, "an-app"), (CACHE_SECONDS, "an-app"), (CACHE_SECONDS + 1, "another")):
        client = clients.get("x")
        assert client is not None
        assert client.client_id == client_id
    assert read == []


def test_a_secret_that_cannot_be_read_again_keeps_its_value() -> None:
    now, answers = [0.0], iter([json.dumps({"x": X})])

    def read(arn: str) -> str:
        for answer in answers:
            return answer
        raise ClientsUnavailable

    clients = of_secret(read, monotonic=lambda: now[0])
    assert clients.get("x") is not None
    now[0] = CACHE_SECONDS + 1
    assert clients.get("x") is not None


def test_a_secret_that_was_never_read_is_unavailable() -> None:
    def read(arn: str) -> str:
        raise ClientsUnavailable

    with pytest.raises(ClientsUnavailable):
        of_secret(read).get("x")


def test_the_secret_is_read_from_secrets_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        made = boto3.client("secretsmanager").create_secret(Name="clients", SecretString=json.dumps({"x": X}))
        clients = Clients(ClientsConfig(stage="prod", oauth_clients_secret_arn=made["ARN"]))
        assert clients.get("x") == OAuthClient("an-app", SECRET)

        gone = Clients(ClientsConfig(stage="prod", oauth_clients_secret_arn=f"{made['ARN']}-gone"))
        with pytest.raises(ClientsUnavailable, match="could not be read"):
            gone.get("x")


def test_another_server_is_allowed_on_the_local_stage_only() -> None:
    text = json.dumps({"x": X | {"server": "http://127.0.0.1:8095/x"}})

    assert parse(text, local=True)["x"].server == "http://127.0.0.1:8095/x"
    with pytest.raises(BadConfiguration, match="server is set for x, but is allowed only at the stage local"):
        parse(text, local=False)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (SECRET, "not valid JSON"),
        ([SECRET], "valid dictionary"),
        ({"x": SECRET}, "x: "),
        ({"x": {"clientId": "an-app"}}, "x.clientSecret: Field required"),
        ({"x": X | {"secret": SECRET}}, "x.secret: Extra inputs"),
        ({"x": X | {"clientId": ""}}, "x.clientId: String should have at least 1"),
        ({"friendster": X}, "The operator registers no OAuth client under this key."),
        ({"mastodon": X}, "mastodon.[key]: The operator registers no OAuth client under this key. Use "),
    ],
)
def test_an_error_about_oauth_clients_contains_no_secret(given: Any, words: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        parse(given if isinstance(given, str) else json.dumps(given), local=True)

    assert words in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_variable_and_a_secret_exclude_each_other() -> None:
    environ = {"STAGE": "local", "OAUTH_CLIENTS": json.dumps({"x": X}), "OAUTH_CLIENTS_SECRET_ARN": ARN}

    with pytest.raises(BadConfiguration, match="are both set") as refused:
        ClientsConfig.from_environ(environ)
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(ClientsConfig.from_environ(environ | {"OAUTH_CLIENTS_SECRET_ARN": ""}))

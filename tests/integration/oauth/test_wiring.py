"""The OAuth functions, configured only by their environment, as in Lambda, and called with their sample events."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from minutehand.connections.resources import open_vault
from minutehand.platforms.resources import open_http_client
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import Openers, start
from tests.support.consent import form_token

OWN = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/local/api/social/connections/callback"


@pytest.fixture
def functions(database_url: str, db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    environ = {
        "STAGE": "prod",
        "DATABASE_URL": database_url,
        "TOKEN_KEY_ID": "alias/tokens",
        "OAUTH_CLIENTS": json.dumps({"x": {"clientId": "an-app", "clientSecret": "hush"}}),
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    for name in ("DATABASE_SECRET_ARN", "OAUTH_CLIENTS_SECRET_ARN", "OAUTH_REDIRECT_URIS", "API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    # The functions choose the database; the test closes its connection.
    openers: Openers = {open_database: lambda function: {database_url: db}[function.config.database_url]}
    return {
        name: start(name, openers=openers).function
        for name in ("authorize_connection", "confirm_connection", "connection_callback")
    }


def test_an_authorization_leads_to_the_platform_and_back_to_the_callback_url(functions: dict[str, Any]) -> None:
    begun = functions["authorize_connection"](sample("authorize_connection"), CONTEXT)

    assert begun["statusCode"] == 200, begun["body"]
    url = json.loads(begun["body"])["url"]
    assert url.startswith(f"{OWN.removesuffix('callback')}confirm?state=")
    state = parse_qs(urlsplit(url).query)["state"]
    asked = functions["confirm_connection"](opened(state), CONTEXT)
    [cookie] = asked["multiValueHeaders"]["set-cookie"]
    assert cookie.startswith("__Host-")
    assert set(cookie.split("; ")[1:]) == {"Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"}
    answer = functions["confirm_connection"](submitted(state, asked["body"], cookie), CONTEXT)

    assert answer["statusCode"] == 303, answer["body"]
    page = urlsplit(answer["multiValueHeaders"]["location"][0])
    query = parse_qs(page.query)
    assert page.netloc == "x.com"
    assert (query["client_id"], query["redirect_uri"]) == (["an-app"], [OWN])
    assert query["code_challenge_method"] == ["S256"]
    assert "hush" not in begun["body"] + asked["body"] + answer["body"]


def opened(state: list[str]) -> dict[str, Any]:
    """Return the event of a browser that opens the page on which a person confirms."""
    return sample("confirm_connection") | {"multiValueQueryStringParameters": {"state": state}}


def submitted(state: list[str], page: str, cookie: str) -> dict[str, Any]:
    """Return the event of a browser that submits the form of ``page``."""
    headers = {"cookie": cookie.partition(";")[0], "content-type": "application/x-www-form-urlencoded"}
    several = {name: [value] for name, value in headers.items()}
    form = {"httpMethod": "POST", "body": f"token={form_token(page)}", "headers": headers, "multiValueHeaders": several}
    return opened(state) | form


def test_an_unknown_state_gets_an_error_page(functions: dict[str, Any]) -> None:
    answer = functions["connection_callback"](sample("connection_callback"), CONTEXT)

    assert answer["statusCode"] == 404
    assert answer["body"].startswith("<!doctype html>")
    assert "This authorization is unknown." in answer["body"]


def test_an_internal_error_gets_an_error_page(functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")

    answer = functions["connection_callback"](sample("connection_callback"), CONTEXT)

    assert answer["statusCode"] == 500
    assert "An internal error occurred." in answer["body"]
    assert "6f1d2c3b-4a59-4e68-9b7c-8d9e0f1a2b3c" in answer["body"]  # the request id, for a search in the log


def test_the_callback_function_requires_a_key(functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN_KEY_ID")

    with pytest.raises(BadConfiguration, match="TOKEN_KEY_ID"):
        _ = functions["connection_callback"].config


def test_the_vault_and_the_http_client_are_created_on_demand(functions: dict[str, Any]) -> None:
    function = functions["connection_callback"]

    assert function.resource(open_vault)._key_id == "alias/tokens"
    assert function.resource(open_http_client) is function.resource(open_http_client)

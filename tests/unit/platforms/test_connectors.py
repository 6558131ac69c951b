"""Verification of credentials, by the response of the platform."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import CONNECTORS
from minutehand.platforms.connectors import VerifiedAccount, connecting_client, connector_for
from minutehand.platforms.port import Rejected, Transient
from minutehand.runtime.validation import parse
from tests.support.credentials import credentials_for

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "abcd-efgh-ijkl-mnop"
SERVER = "https://social.example"
ACCOUNT = {"id": "1", "username": "ada", "acct": "ada"}
SESSION = {"did": "did:plc:ada", "handle": "ada.example", "accessJwt": "a", "refreshJwt": "r"}


def verified(platform: str, response: httpx.Response) -> VerifiedAccount:
    """Verify credentials with a platform that returns ``response``."""
    return verified_by(platform, lambda _: response)


def verified_by(platform: str, respond: Callable[[httpx.Request], httpx.Response]) -> VerifiedAccount:
    connector = connector_for(platform)
    credentials = parse(connector.form, credentials_for(platform, SERVER, "grace", secret=SECRET))
    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        return connector.verify(client, credentials, lambda: NOW)


def refused(platform: str, response: httpx.Response) -> Rejected:
    with pytest.raises(Rejected) as raised:
        verified(platform, response)
    assert SECRET not in str(raised.value)
    return raised.value


@pytest.mark.parametrize("platform", CONNECTORS)
def test_every_form_has_the_common_fields(platform: str) -> None:
    assert {"platform", "make_default"} < set(connector_for(platform).form.model_fields)


def test_client_is_cached() -> None:
    client = connecting_client(private_networks=False)

    assert connecting_client(private_networks=False) is client
    assert connecting_client(private_networks=True) is not client


def test_bluesky_account_has_its_did_as_id_and_its_handle_as_name() -> None:
    account = verified("bluesky", httpx.Response(200, json=SESSION))

    assert (account.account_id, account.handle, account.base_url) == (
        "did:plc:ada",
        "ada.example",
        SERVER,
    )
    assert account.token == {"identifier": "grace.example", "password": SECRET}
    assert SECRET not in repr(account)


@pytest.mark.parametrize(
    ("described", "limits"),
    [
        (httpx.Response(200, json={"blobUploadLimit": 52_428_800}), {"max_blob_bytes": 52_428_800}),
        (httpx.Response(200, json={"did": "did:web:pds.example"}), None),
        (httpx.Response(200, json={"blobUploadLimit": "much"}), None),
        (httpx.Response(200, json={"blobUploadLimit": 0}), None),
        (httpx.Response(200, json=[52_428_800]), None),
        (httpx.Response(404, json={"error": "MethodNotImplemented"}), None),
        (httpx.Response(502), None),
        (httpx.Response(429), None),
    ],
)
def test_bluesky_connection_stores_the_limit_of_the_account_s_server(
    described: httpx.Response, limits: dict[str, int] | None
) -> None:
    document = {"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://other.example"}]}

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url == "https://other.example/xrpc/com.atproto.server.describeServer":
            return described
        return httpx.Response(200, json={**SESSION, "didDoc": document})

    assert verified_by("bluesky", respond).limits == limits


def test_mastodon_account_id_includes_its_server() -> None:
    account = verified("mastodon", httpx.Response(200, json=ACCOUNT))

    assert (account.account_id, account.handle) == ("1@social.example", "@ada@social.example")
    assert account.token == {"access_token": SECRET}


def test_mastodon_connection_stores_the_limits_of_its_server() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        body = {"max_toot_chars": "5000"} if request.url.path == "/api/v1/instance" else ACCOUNT
        return httpx.Response(404 if request.url.path == "/api/v2/instance" else 200, json=body)

    assert verified_by("mastodon", respond).limits == {"max_characters": 5000}


def test_mastodon_connection_of_a_server_without_limits_stores_none() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if "instance" in request.url.path else httpx.Response(200, json=ACCOUNT)

    assert verified_by("mastodon", respond).limits is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("AuthenticationRequired", "Bluesky refused the login (not …). Check the identifier and the app password."),
        ("AccountTakedown", "Bluesky refused the login (not …). Check the identifier and the app password."),
        ("AuthFactorTokenRequired", "requires a sign-in code with the password of this account. Use an app password"),
    ],
)
def test_credentials_that_bluesky_refuses_are_rejected_with_advice(error: str, words: str) -> None:
    refusal = refused("bluesky", httpx.Response(401, json={"error": error, "message": f"not {SECRET}"}))

    assert refusal.code == "credentials_refused"
    assert words in refusal.reason


@pytest.mark.parametrize("status", [401, 403, 422])
def test_token_that_mastodon_refuses_is_rejected_with_advice(status: int) -> None:
    refusal = refused("mastodon", httpx.Response(status, json={"error": f"not {SECRET}"}))

    assert refusal.code == "credentials_refused"
    assert (
        refusal.reason
        == "Mastodon refused the access token (not …). Check the token, which needs the scopes read and write."
    )


@pytest.mark.parametrize("platform", CONNECTORS)
@pytest.mark.parametrize(
    "response",
    [
        {"status_code": 404, "text": "<html>Not found</html>"},
        {"status_code": 405, "json": {"error": "MethodNotAllowed"}},
        {"status_code": 401, "text": "<html>Log in</html>"},
        {"status_code": 403, "json": ["no"]},
    ],
)
def test_server_of_another_kind_is_rejected(platform: str, response: dict[str, Any]) -> None:
    assert refused(platform, httpx.Response(**response)).code == "unexpected_server"


@pytest.mark.parametrize(
    ("platform", "response"),
    [
        ("bluesky", {"text": "<html>Welcome</html>"}),
        ("bluesky", {"json": {"did": "did:plc:ada"}}),
        ("bluesky", {"json": SESSION | {"did": "ada"}}),
        ("bluesky", {"json": SESSION | {"handle": "ada\nexample"}}),
        ("bluesky", {"json": SESSION | {"did": "did:plc:" + "a" * 293}}),
        ("mastodon", {"text": "<html>Welcome</html>"}),
        ("mastodon", {"json": {"id": 1, "username": "ada"}}),
        ("mastodon", {"json": {"id": "1", "username": "\x00"}}),
        ("mastodon", {"json": {"id": "", "username": "ada"}}),
        ("mastodon", {"json": []}),
        ("mastodon", {"headers": {"location": "https://elsewhere.example"}, "status_code": 302}),
    ],
)
def test_unexpected_response_connects_no_account(platform: str, response: dict[str, Any]) -> None:
    with pytest.raises(Transient) as raised:
        verified(platform, httpx.Response(**({"status_code": 200} | response)))

    assert raised.value.code == "unexpected_answer"


def test_account_id_may_have_the_maximum_length() -> None:
    did = "did:plc:" + "a" * 292

    assert verified("bluesky", httpx.Response(200, json=SESSION | {"did": did})).account_id == did

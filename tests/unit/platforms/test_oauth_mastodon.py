"""Connecting Mastodon accounts."""

import base64
import hashlib
import json
from datetime import timedelta

import httpx
import pytest

from minutehand.platforms.mastodon.oauth import is_known, register
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.oauth2.provider import GrantedAccount, OAuthClient, client_of
from minutehand.platforms.port import PublishError, RateLimited, Rejected, Transient
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    CODE,
    NOW,
    REDIRECT,
    STATE,
    VERIFIER,
    Answer,
    Hosts,
    authorization,
    leaked,
    redeem,
    refused,
    revoke,
)

SERVER = "https://tea.example"
OWN = OAuthClient(CLIENT.client_id, CLIENT.client_secret, SERVER)
APPS, TOKEN, REVOKE = (f"POST {SERVER}{path}" for path in ("/api/v1/apps", "/oauth/token", "/oauth/revoke"))
ME, INSTANCE = f"GET {SERVER}/api/v1/accounts/verify_credentials", f"GET {SERVER}/api/v2/instance"
TOKENS = {"access_token": ACCESS, "token_type": "Bearer", "scope": "read write", "created_at": 1_573_979_017}
WHO = {"id": "23634", "username": "ada", "acct": "ada"}
LIMITS = {"configuration": {"statuses": {"max_characters": 1_000}}}
REGISTERED = {"id": "1", "name": "Minutehand", "client_id": CLIENT.client_id, "client_secret": CLIENT.client_secret}


def registered(hosts: Hosts, server: str = SERVER) -> OAuthClient:
    client = register(hosts.client, server, redirect_uri=REDIRECT, now=lambda: NOW)
    assert not leaked(repr(client))
    return client


def test_client_is_registered_with_the_server_for_the_redirect_uri() -> None:
    hosts = Hosts({APPS: REGISTERED})

    assert registered(hosts) == OWN
    assert json.loads(hosts.requests[0].content) == {
        "client_name": "Minutehand",
        "redirect_uris": REDIRECT,
        "scopes": "read write",
    }
    assert "authorization" not in hosts.requests[0].headers


def test_client_is_registered_with_a_server_under_a_path() -> None:
    hosts = Hosts({"POST http://127.0.0.1:8095/mastodon/api/v1/apps": REGISTERED})

    assert registered(hosts, "http://127.0.0.1:8095/mastodon").server == "http://127.0.0.1:8095/mastodon"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (httpx.Response(404, json={"error": "Record not found"}), Rejected, "unexpected_server"),
        (
            httpx.Response(401, json={"error": "This API requires an authenticated user"}),
            Rejected,
            "registration_refused",
        ),
        (httpx.Response(403, json={"error": "blocked"}), Rejected, "registration_refused"),
        (httpx.Response(422, json={"error": "Validation failed"}), Rejected, "registration_refused"),
        ({"client_id": "an-id"}, Rejected, "unexpected_server"),
        ({"client_id": "an-id", "client_secret": ""}, Rejected, "unexpected_server"),
        ({"client_id": ["an-id"], "client_secret": "a"}, Rejected, "unexpected_server"),
        ({"client_id": "an-id", "client_secret": "a" * 1_001}, Rejected, "unexpected_server"),
        ({"client_id": "an\x00id", "client_secret": "a"}, Rejected, "unexpected_server"),
        (httpx.Response(200, text="<html>"), Transient, "unexpected_answer"),
        (httpx.Response(503, json={"error": "later"}), Transient, "server_error"),
        (httpx.Response(429, json={"error": "Too many requests"}), RateLimited, "rate_limited"),
        (httpx.ConnectError("refused"), Transient, "unreachable"),
        (AddressRefused("127.0.0.1"), Rejected, "address_refused"),
    ],
)
def test_server_that_registers_no_client_is_reported(answer: Answer, kind: type[PublishError], code: str) -> None:
    error = refused(kind, lambda: registered(Hosts({APPS: answer})))

    assert error.code == code


def test_client_id_may_be_a_number() -> None:
    assert registered(Hosts({APPS: REGISTERED | {"client_id": 5}})).client_id == "5"


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        ({"access_token": "the-app", "token_type": "Bearer", "scope": "read", "created_at": 1}, True),
        (httpx.Response(401, json={"error": "invalid_client"}), False),
        (httpx.Response(400, json={"error": "invalid_client"}), False),
        # The server knows the client, and issues no such tokens.
        (httpx.Response(400, json={"error": "unsupported_grant_type"}), True),
    ],
)
def test_server_says_whether_it_knows_the_client(answer: Answer, known: bool) -> None:
    hosts = Hosts({TOKEN: answer})

    assert is_known(hosts.client, OWN, now=lambda: NOW) is known
    assert hosts.form(0) == {
        "grant_type": "client_credentials",
        "scope": "read",
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (httpx.Response(503, json={"error": "later"}), Transient, "server_error"),
        (httpx.Response(429, json={"error": "Too many requests"}), RateLimited, "rate_limited"),
    ],
)
def test_busy_server_does_not_say_whether_it_knows_the_client(
    answer: Answer, kind: type[PublishError], code: str
) -> None:
    error = refused(kind, lambda: is_known(Hosts({TOKEN: answer}).client, OWN, now=lambda: NOW))

    assert error.code == code


def test_access_of_a_server_with_expiring_tokens_ends_with_the_token() -> None:
    answer = TOKENS | {"expires_in": 600, "refresh_token": "a-refresh-token"}

    [account] = redeem("mastodon", Hosts({TOKEN: answer, ME: WHO, INSTANCE: LIMITS}), OWN)

    assert account.grant.expires_at == NOW + timedelta(seconds=600)
    assert set(account.grant.token) == {"access_token", "client"}


def test_person_goes_to_the_page_of_the_server() -> None:
    address, asked = authorization("mastodon", OWN)

    assert address == f"{SERVER}/oauth/authorize"
    assert asked == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": "read write",
        "state": STATE,
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
    }


def test_account_is_connected_with_its_client_and_the_limits_of_its_server() -> None:
    hosts = Hosts({TOKEN: TOKENS, ME: WHO, INSTANCE: LIMITS})

    [account] = redeem("mastodon", hosts, OWN)

    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }
    assert hosts.requests[1].headers["authorization"] == f"Bearer {ACCESS}"
    token = {"access_token": ACCESS, "client": json.dumps(["our-id", CLIENT.client_secret])}
    assert account == GrantedAccount(
        "23634@tea.example", "@ada@tea.example", SERVER, account.grant, {"max_characters": 1_000}
    )
    assert (account.grant.token, account.grant.expires_at) == (token, None)
    assert client_of(account.grant.token, SERVER) == OWN


def test_account_is_connected_if_the_server_does_not_state_its_limits() -> None:
    silent = httpx.Response(404, json={"error": "Record not found"})
    hosts = Hosts({TOKEN: TOKENS, ME: WHO, INSTANCE: silent, f"GET {SERVER}/api/v1/instance": silent})

    [account] = redeem("mastodon", hosts, OWN)

    assert account.limits is None


@pytest.mark.parametrize("scope", ["read", "write", "profile"])
def test_grant_without_a_permission_is_refused(scope: str) -> None:
    hosts = Hosts({TOKEN: TOKENS | {"scope": scope}})

    assert refused(Rejected, lambda: redeem("mastodon", hosts, OWN)).code == "authorization_refused"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), "authorization_refused"),
        (httpx.Response(401, json={"error": "invalid_client"}), "client_refused"),
    ],
)
def test_refused_code_is_reported(answer: httpx.Response, code: str) -> None:
    assert refused(Rejected, lambda: redeem("mastodon", Hosts({TOKEN: answer}), OWN)).code == code


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"id": 23634, "username": "ada"},
        {"id": "23634", "username": ""},
        {"id": "23634", "username": "ada@other.example"},
    ],
)
def test_account_without_an_id_or_a_name_is_unexpected(who: Answer) -> None:
    hosts = Hosts({TOKEN: TOKENS, ME: who})

    assert refused(Transient, lambda: redeem("mastodon", hosts, OWN)).code == "unexpected_answer"


def test_token_is_revoked_by_its_client() -> None:
    hosts = Hosts({REVOKE: {}})

    revoke("mastodon", hosts, {"access_token": ACCESS}, OWN)

    assert hosts.form(0) == {"token": ACCESS, "client_id": "our-id", "client_secret": CLIENT.client_secret}


def test_token_that_a_person_created_has_no_client() -> None:
    assert client_of({"access_token": ACCESS}, SERVER) is None

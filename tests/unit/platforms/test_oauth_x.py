"""Connecting X accounts."""

import base64
import hashlib
from datetime import timedelta

import httpx
import pytest

from minutehand.platforms.oauth2.provider import GrantedAccount, OAuthClient
from minutehand.platforms.port import Rejected, Transient
from minutehand.platforms.x import service
from minutehand.platforms.x.oauth import API
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    CODE,
    ECHO,
    NEXT_ACCESS,
    NEXT_REFRESH,
    NOW,
    REDIRECT,
    REFRESH,
    STATE,
    VERIFIER,
    Hosts,
    authorization,
    redeem,
    refresh,
    refused,
    revoke,
)

TOKEN, ME = "POST https://api.x.com/2/oauth2/token", "GET https://api.x.com/2/users/me"
REVOKE = "POST https://api.x.com/2/oauth2/revoke"
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
TOKENS = {
    "token_type": "bearer",
    "expires_in": 7200,
    "access_token": ACCESS,
    "refresh_token": REFRESH,
    "scope": SCOPES,
}
WHO = {"data": {"id": "1990000000000000001", "name": "Ada", "username": "ada"}}
BASIC = "Basic " + base64.b64encode(f"{CLIENT.client_id}:{CLIENT.client_secret}".encode()).decode()
INVALID = {"error": "invalid_request", "error_description": f"Value passed for the token was invalid. {ECHO}"}


def test_the_way_there() -> None:
    address, asked = authorization("x")

    assert address == "https://x.com/i/oauth2/authorize"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    assert asked == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": STATE,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def test_the_account_that_was_granted() -> None:
    hosts = Hosts({TOKEN: TOKENS, ME: WHO})

    [account] = redeem("x", hosts)

    assert (account.account_id, account.handle, account.base_url) == ("1990000000000000001", "@ada", service.SERVER)
    assert account.grant.token == {"access_token": ACCESS, "refresh_token": REFRESH}
    assert account.grant.expires_at == NOW + timedelta(hours=2)
    assert account.grant.refresh_expires_at is None
    assert hosts.calls == [TOKEN, ME]
    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    assert hosts.requests[0].headers["authorization"] == BASIC
    assert hosts.requests[1].headers["authorization"] == f"Bearer {ACCESS}"


def test_another_server_stands_in_for_all_hosts() -> None:
    client = OAuthClient(CLIENT.client_id, CLIENT.client_secret, "http://127.0.0.1:9000/x/")
    root = "http://127.0.0.1:9000/x"
    hosts = Hosts({f"POST {root}/2/oauth2/token": TOKENS, f"GET {root}/2/users/me": WHO})

    [account] = redeem("x", hosts, client)

    assert authorization("x", client)[0] == f"{root}/i/oauth2/authorize"
    assert account.base_url == root
    assert API == service.SERVER


def test_a_renewal_ends_the_old_refresh_token() -> None:
    hosts = Hosts({TOKEN: {**TOKENS, "access_token": NEXT_ACCESS, "refresh_token": NEXT_REFRESH}})

    grant = refresh("x", hosts)

    assert grant.token == {"access_token": NEXT_ACCESS, "refresh_token": NEXT_REFRESH}
    assert grant.expires_at == NOW + timedelta(hours=2)
    assert hosts.form(0) == {"grant_type": "refresh_token", "refresh_token": REFRESH}
    assert hosts.requests[0].headers["authorization"] == BASIC


@pytest.mark.parametrize("answer", [INVALID, {"error": "invalid_grant", "error_description": ECHO}])
def test_a_refresh_token_that_is_no_good(answer: dict[str, str]) -> None:
    error = refused(Rejected, lambda: refresh("x", Hosts({TOKEN: httpx.Response(400, json=answer)})))

    assert error.code == "reconnect_required"
    assert error.reason == "Our access to X has expired or was revoked. Connect the account again."


@pytest.mark.parametrize("description", ["Missing required parameter [grant_type].", ECHO, ""])
def test_a_bad_request_is_not_the_end_of_a_grant(description: str) -> None:
    answer = httpx.Response(400, json={"error": "invalid_request", "error_description": description})

    assert refused(Transient, lambda: refresh("x", Hosts({TOKEN: answer}))).code == "unexpected_answer"


def test_a_code_that_is_no_good() -> None:
    said = f"Value passed for the authorization code was invalid. {ECHO}"
    answer = httpx.Response(400, json={"error": "invalid_request", "error_description": said})

    assert refused(Rejected, lambda: redeem("x", Hosts({TOKEN: answer}))).code == "authorization_refused"


@pytest.mark.parametrize("call", [redeem, refresh, revoke])
def test_our_own_registration_is_refused(call: object) -> None:
    answer = {"error": "unauthorized_client", "error_description": f"Missing valid authorization header {ECHO}"}
    hosts = Hosts({TOKEN: httpx.Response(401, json=answer), REVOKE: httpx.Response(401, json=answer)})
    assert callable(call)

    error = refused(Rejected, lambda: call("x", hosts))

    assert error.code == "client_refused"
    assert error.reason == (
        "X does not accept our client registration. The operator must check its client id and secret."
    )


def test_both_tokens_are_revoked() -> None:
    hosts = Hosts({REVOKE: {"revoked": True}})

    revoke("x", hosts)

    assert hosts.calls == [REVOKE, REVOKE]
    assert hosts.form(0) == {"token": REFRESH, "token_type_hint": "refresh_token"}
    assert hosts.form(1) == {"token": ACCESS, "token_type_hint": "access_token"}
    assert [request.headers["authorization"] for request in hosts.requests] == [BASIC, BASIC]


def test_what_is_revoked_already_needs_no_more() -> None:
    hosts = Hosts({REVOKE: httpx.Response(400, json=INVALID)})

    revoke("x", hosts)

    assert hosts.calls == [REVOKE, REVOKE]


@pytest.mark.parametrize(
    ("scope", "enough"),
    [
        (SCOPES, True),
        ("tweet.read tweet.write users.read", True),
        (None, True),
        ("", True),
        ("tweet.read users.read offline.access", False),
    ],
)
def test_not_all_was_allowed(scope: str | None, enough: bool) -> None:
    hosts = Hosts({TOKEN: {**TOKENS, "scope": scope}, ME: WHO})

    if enough:
        assert isinstance(redeem("x", hosts)[0], GrantedAccount)
    else:
        error = refused(Rejected, lambda: redeem("x", hosts))
        assert error.code == "authorization_refused"
        assert "allow all of them" in error.reason


@pytest.mark.parametrize("who", [{}, {"data": []}, {"data": {"id": 7, "username": "ada"}}, {"data": {"id": "7"}}])
def test_an_account_without_a_name_makes_no_sense(who: dict[str, object]) -> None:
    error = refused(Transient, lambda: redeem("x", Hosts({TOKEN: TOKENS, ME: who})))

    assert error.code == "unexpected_answer"

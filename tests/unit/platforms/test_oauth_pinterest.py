"""Tests of the OAuth provider for Pinterest."""

import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.pinterest import service
from minutehand.platforms.pinterest.oauth import API
from minutehand.platforms.port import Rejected, Transient
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
    Hosts,
    authorization,
    redeem,
    refresh,
    refused,
    revoke,
)

TOKEN, PROFILE = "POST https://api.pinterest.com/v5/oauth/token", "GET https://api.pinterest.com/v5/user_account"
REVOKE = "POST https://api.pinterest.com/v5/oauth/token/revoke"
SCOPES = "boards:read,boards:write,pins:read,pins:write,user_accounts:read"
TOKENS = {
    "access_token": ACCESS,
    "refresh_token": REFRESH,
    "expires_in": 2592000,
    "refresh_token_expires_in": 5184000,
    "refresh_token_expires_at": 1777626000,
    "token_type": "bearer",
    "scope": SCOPES.replace(",", " "),
}
BASIC = "Basic " + base64.b64encode(f"{CLIENT.client_id}:{CLIENT.client_secret}".encode()).decode()


def test_authorization_url_has_all_parameters() -> None:
    url, parameters = authorization("pinterest")

    assert url == "https://www.pinterest.com/oauth/"
    assert parameters == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": STATE,
    }


@pytest.mark.parametrize(
    ("user", "account_id"),
    [({"username": "ada", "id": "2783136121146311751"}, "2783136121146311751"), ({"username": "ada"}, "ada")],
)
def test_granted_account_has_its_user_name_and_tokens(user: dict[str, str], account_id: str) -> None:
    hosts = Hosts({TOKEN: TOKENS, PROFILE: user})

    [account] = redeem("pinterest", hosts)

    assert (account.account_id, account.handle, account.base_url) == (account_id, "ada", service.SERVER)
    assert account.grant.token == {"access_token": ACCESS, "refresh_token": REFRESH}
    assert account.grant.expires_at == NOW + timedelta(days=30)
    assert account.grant.refresh_expires_at == NOW + timedelta(days=60)
    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        "continuous_refresh": "true",
    }
    assert hosts.requests[0].headers["authorization"] == BASIC
    assert hosts.requests[1].headers["authorization"] == f"Bearer {ACCESS}"
    assert API == service.SERVER


def test_renewal_returns_a_new_refresh_token() -> None:
    hosts = Hosts({TOKEN: {**TOKENS, "access_token": NEXT_ACCESS, "refresh_token": NEXT_REFRESH}})

    grant = refresh("pinterest", hosts)

    assert grant.token == {"access_token": NEXT_ACCESS, "refresh_token": NEXT_REFRESH}
    assert grant.refresh_expires_at == NOW + timedelta(days=60)
    assert hosts.form(0) == {"grant_type": "refresh_token", "refresh_token": REFRESH}
    assert hosts.requests[0].headers["authorization"] == BASIC


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"code": 283, "message": f"The authorization grant is invalid {ECHO}"}, Rejected, "reconnect_required"),
        (400, {"code": 283, "message": ECHO}, Rejected, "reconnect_required"),
        (400, {"error": "invalid_grant", "error_description": ECHO}, Rejected, "reconnect_required"),
        (401, {"code": 2, "message": f"Authentication failed. {ECHO}"}, Rejected, "client_refused"),
        (400, {"code": 1, "message": ECHO}, Transient, "unexpected_answer"),
        (403, {"code": 29, "message": ECHO}, Transient, "unexpected_answer"),
        (400, {"code": [283], "message": ECHO}, Transient, "unexpected_answer"),
    ],
)
def test_refused_renewal_is_classified(status: int, body: dict[str, Any], kind: type[Rejected], code: str) -> None:
    hosts = Hosts({TOKEN: httpx.Response(status, json=body)})

    assert refused(kind, lambda: refresh("pinterest", hosts)).code == code


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, {"code": 283, "message": ECHO}, "authorization_refused"),
        (400, {"code": 1, "message": ECHO}, "authorization_refused"),
        (401, {"code": 2, "message": ECHO}, "client_refused"),
    ],
)
def test_refused_code_refuses_the_authorization(status: int, body: dict[str, Any], code: str) -> None:
    hosts = Hosts({TOKEN: httpx.Response(status, json=body)})

    assert refused(Rejected, lambda: redeem("pinterest", hosts)).code == code


def test_both_tokens_are_revoked() -> None:
    hosts = Hosts({REVOKE: httpx.Response(204)})

    revoke("pinterest", hosts)

    assert [hosts.form(number) for number in range(2)] == [
        {"token": REFRESH, "token_type_hint": "refresh_token"},
        {"token": ACCESS, "token_type_hint": "access_token"},
    ]
    assert [request.headers["authorization"] for request in hosts.requests] == [BASIC, BASIC]


def test_refused_revocation_is_rejected() -> None:
    hosts = Hosts({REVOKE: httpx.Response(403, json={"code": 29, "message": ECHO})})

    error = refused(Rejected, lambda: revoke("pinterest", hosts))

    assert error.code == "revocation_refused"
    assert error.reason == "Pinterest did not revoke our access. Remove it in the settings of the account on Pinterest."

"""Tests of the OAuth provider for TikTok."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.port import Rejected, Transient
from minutehand.platforms.tiktok import api
from minutehand.platforms.tiktok.oauth import API
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

TOKEN = "POST https://open.tiktokapis.com/v2/oauth/token/"
REVOKE = "POST https://open.tiktokapis.com/v2/oauth/revoke/"
CREATOR = "POST https://open.tiktokapis.com/v2/post/publish/creator_info/query/"
SCOPES = "user.info.basic,video.publish,video.upload,video.list"
OPEN_ID = "afd97af1-b87b-48b9-ac98-410aghda5344"
TOKENS = {
    "open_id": OPEN_ID,
    "scope": SCOPES,
    "access_token": ACCESS,
    "expires_in": 7200,
    "refresh_token": REFRESH,
    "refresh_expires_in": 15552000,
    "token_type": "Bearer",
}
CREATOR_INFO = {"data": {"creator_username": "ada"}, "error": {"code": "ok", "message": "", "log_id": "L1"}}
REGISTRATION = {"client_key": "our-id", "client_secret": CLIENT.client_secret}


def error_body(code: str) -> dict[str, Any]:
    return {"data": {}, "error": {"code": code, "message": ECHO, "log_id": "L1"}}


def test_authorization_url_has_a_client_key_and_no_challenge() -> None:
    url, parameters = authorization("tiktok")

    assert url == "https://www.tiktok.com/v2/auth/authorize/"
    assert parameters == {
        "response_type": "code",
        "client_key": "our-id",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": STATE,
        "disable_auto_auth": "1",
    }


def test_granted_account_has_its_user_name_and_tokens() -> None:
    hosts = Hosts({TOKEN: TOKENS, CREATOR: CREATOR_INFO})

    [account] = redeem("tiktok", hosts)

    assert (account.account_id, account.handle, account.base_url) == (OPEN_ID, "@ada", api.ROOT)
    assert account.grant.token == {"access_token": ACCESS, "refresh_token": REFRESH}
    assert account.grant.expires_at == NOW + timedelta(hours=2)
    assert account.grant.refresh_expires_at == NOW + timedelta(days=180)
    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        **REGISTRATION,
    }
    assert "authorization" not in hosts.requests[0].headers
    assert hosts.requests[1].headers["authorization"] == f"Bearer {ACCESS}"
    assert json.loads(hosts.requests[1].content) == {}
    assert API == api.ROOT


@pytest.mark.parametrize("code", ["spam_risk_too_many_posts", "reached_active_user_cap"])
def test_account_that_may_not_post_now_is_connected(code: str) -> None:
    hosts = Hosts({TOKEN: TOKENS, CREATOR: httpx.Response(403, json=error_body(code))})

    assert redeem("tiktok", hosts)[0].handle == OPEN_ID


@pytest.mark.parametrize("code", ["scope_not_authorized", "scope_permission_missed", "access_token_invalid"])
def test_unreadable_creator_refuses_the_authorization(code: str) -> None:
    hosts = Hosts({TOKEN: TOKENS, CREATOR: httpx.Response(401, json=error_body(code))})

    assert refused(Rejected, lambda: redeem("tiktok", hosts)).code == "authorization_refused"


def test_malformed_creator_is_an_unexpected_response() -> None:
    hosts = Hosts({TOKEN: TOKENS, CREATOR: {"data": {"creator_username": "ada"}}})

    assert refused(Transient, lambda: redeem("tiktok", hosts)).code == "unexpected_answer"


def test_missing_required_scope_refuses_the_authorization() -> None:
    hosts = Hosts({TOKEN: {**TOKENS, "scope": "user.info.basic,video.list"}})

    assert refused(Rejected, lambda: redeem("tiktok", hosts)).code == "authorization_refused"


def test_renewal_returns_a_new_refresh_token() -> None:
    hosts = Hosts({TOKEN: {**TOKENS, "access_token": NEXT_ACCESS, "refresh_token": NEXT_REFRESH}})

    grant = refresh("tiktok", hosts)

    assert grant.token == {"access_token": NEXT_ACCESS, "refresh_token": NEXT_REFRESH}
    assert grant.refresh_expires_at == NOW + timedelta(days=180)
    assert hosts.form(0) == {"grant_type": "refresh_token", "refresh_token": REFRESH, **REGISTRATION}


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("invalid_grant", Rejected, "reconnect_required"),
        ("invalid_client", Rejected, "client_refused"),
        ("unauthorized_client", Rejected, "client_refused"),
        ("invalid_request", Transient, "unexpected_answer"),
        ("server_error", Transient, "server_error"),
    ],
)
def test_refused_renewal_is_classified_for_any_http_status(
    status: int, error: str, kind: type[Rejected], code: str
) -> None:
    answer = httpx.Response(status, json={"error": error, "error_description": ECHO, "log_id": "L1"})

    assert refused(kind, lambda: refresh("tiktok", Hosts({TOKEN: answer}))).code == code


@pytest.mark.parametrize("status", [200, 400])
def test_refused_code_refuses_the_authorization(status: int) -> None:
    answer = httpx.Response(status, json={"error": "invalid_grant", "error_description": ECHO})

    assert refused(Rejected, lambda: redeem("tiktok", Hosts({TOKEN: answer}))).code == "authorization_refused"


def test_access_token_is_revoked() -> None:
    hosts = Hosts({REVOKE: httpx.Response(200)})

    revoke("tiktok", hosts)

    assert hosts.calls == [REVOKE]
    assert hosts.form(0) == {"token": ACCESS, **REGISTRATION}


def test_refused_revocation_with_http_200_is_rejected() -> None:
    hosts = Hosts({REVOKE: {"error": "invalid_client", "error_description": ECHO}})

    assert refused(Rejected, lambda: revoke("tiktok", hosts)).code == "client_refused"

"""Connecting YouTube channels."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.port import Rejected, Transient
from minutehand.platforms.youtube import api
from minutehand.platforms.youtube.oauth import API
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    CODE,
    ECHO,
    NEXT_ACCESS,
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

TOKEN = "POST https://oauth2.googleapis.com/token"
REVOKE = "POST https://oauth2.googleapis.com/revoke"
CHANNELS = "GET https://www.googleapis.com/youtube/v3/channels"
SCOPES = " ".join(f"https://www.googleapis.com/auth/youtube.{name}" for name in ("upload", "readonly", "force-ssl"))
TOKENS = {
    "access_token": ACCESS,
    "expires_in": 3599,
    "refresh_token": REFRESH,
    "scope": SCOPES,
    "token_type": "Bearer",
}
CHANNEL = {"id": "UCabc", "snippet": {"title": "Ada's films", "customUrl": "@ada"}}


def test_the_way_there() -> None:
    address, asked = authorization("youtube")

    assert address == "https://accounts.google.com/o/oauth2/v2/auth"
    assert asked == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": STATE,
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
    }


def test_the_channel_that_was_granted() -> None:
    hosts = Hosts({TOKEN: TOKENS, CHANNELS: {"items": [CHANNEL]}})

    [account] = redeem("youtube", hosts)

    assert (account.account_id, account.handle, account.base_url) == ("UCabc", "@ada", api.ROOT)
    assert account.grant.token == {"access_token": ACCESS, "refresh_token": REFRESH}
    assert account.grant.expires_at == NOW + timedelta(seconds=3599)
    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }
    assert "authorization" not in hosts.requests[0].headers
    assert hosts.query(1) == {"part": "snippet", "mine": "true"}
    assert hosts.requests[1].headers["authorization"] == f"Bearer {ACCESS}"
    assert API == api.ROOT


@pytest.mark.parametrize(
    ("snippet", "handle"),
    [({"title": "Ada \u200d films"}, "Ada  films"), ({"title": "", "customUrl": ""}, "UCabc"), (None, "UCabc")],
)
def test_a_channel_without_a_handle(snippet: dict[str, str] | None, handle: str) -> None:
    hosts = Hosts({TOKEN: TOKENS, CHANNELS: {"items": [{"id": "UCabc", "snippet": snippet}]}})

    assert redeem("youtube", hosts)[0].handle == handle


@pytest.mark.parametrize("answer", [{"items": []}, {"kind": "youtube#channelListResponse"}])
def test_an_account_without_a_channel(answer: dict[str, Any]) -> None:
    error = refused(Rejected, lambda: redeem("youtube", Hosts({TOKEN: TOKENS, CHANNELS: answer})))

    assert error.code == "authorization_refused"
    assert "has no YouTube channel" in error.reason


def test_a_box_that_was_not_ticked() -> None:
    hosts = Hosts({TOKEN: {**TOKENS, "scope": "https://www.googleapis.com/auth/youtube.readonly"}})

    error = refused(Rejected, lambda: redeem("youtube", hosts))

    assert error.code == "authorization_refused"
    assert error.reason == (
        "YouTube did not grant all the permissions that we need. Start again, and allow all of them."
    )


def test_the_refresh_token_is_kept() -> None:
    hosts = Hosts({TOKEN: {"access_token": NEXT_ACCESS, "expires_in": 3599, "token_type": "Bearer"}})

    grant = refresh("youtube", hosts)

    assert grant.token == {"access_token": NEXT_ACCESS, "refresh_token": REFRESH}
    assert hosts.form(0) == {
        "grant_type": "refresh_token",
        "refresh_token": REFRESH,
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }


@pytest.mark.parametrize(
    ("status", "error", "kind", "code"),
    [
        (400, "invalid_grant", Rejected, "reconnect_required"),
        (401, "invalid_client", Rejected, "client_refused"),
        (401, "unauthorized_client", Rejected, "client_refused"),
        (401, "deleted_client", Rejected, "client_refused"),
        (403, "org_internal", Rejected, "client_refused"),
        (400, "invalid_request", Transient, "unexpected_answer"),
        (400, "never_heard_of", Transient, "unexpected_answer"),
        (400, "temporarily_unavailable", Transient, "server_error"),
    ],
)
def test_a_renewal_that_is_refused(status: int, error: str, kind: type[Rejected], code: str) -> None:
    answer = httpx.Response(status, json={"error": error, "error_description": ECHO})

    assert refused(kind, lambda: refresh("youtube", Hosts({TOKEN: answer}))).code == code


@pytest.mark.parametrize("error", ["invalid_grant", "redirect_uri_mismatch", "never_heard_of"])
def test_a_code_that_is_refused(error: str) -> None:
    answer = httpx.Response(400, json={"error": error, "error_description": ECHO})

    assert refused(Rejected, lambda: redeem("youtube", Hosts({TOKEN: answer}))).code == "authorization_refused"


def test_the_grant_is_revoked() -> None:
    hosts = Hosts({REVOKE: {}})

    revoke("youtube", hosts)

    assert hosts.calls == [REVOKE]
    assert hosts.form(0)["token"] == REFRESH


def test_what_is_revoked_already_needs_no_more() -> None:
    hosts = Hosts({REVOKE: httpx.Response(400, json={"error": "invalid_token"})})

    revoke("youtube", hosts)

    assert hosts.calls == [REVOKE]


def test_a_channel_list_that_is_refused() -> None:
    said = {"error": {"code": 403, "message": ECHO, "errors": [{"reason": "insufficientPermissions"}]}}
    hosts = Hosts({TOKEN: TOKENS, CHANNELS: httpx.Response(403, json=said)})

    assert refused(Rejected, lambda: redeem("youtube", hosts)).code == "authorization_refused"

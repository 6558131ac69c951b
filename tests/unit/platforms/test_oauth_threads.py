"""Tests of the OAuth provider for Threads."""

from datetime import timedelta

import httpx
import pytest

from minutehand.platforms.port import Rejected, Transient
from minutehand.platforms.threads.adapter import GRAPH_API
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    CODE,
    ECHO,
    NEXT_ACCESS,
    NOW,
    REDIRECT,
    SHORT,
    STATE,
    Hosts,
    authorization,
    redeem,
    refresh,
    refused,
    revoke,
)

TOKEN = "POST https://graph.threads.net/oauth/access_token"
EXCHANGE, RENEW = "GET https://graph.threads.net/access_token", "GET https://graph.threads.net/refresh_access_token"
ME = "GET https://graph.threads.net/v1.0/me"
FIRST = {"access_token": SHORT, "user_id": 17841400000000001}
SECOND = {"access_token": ACCESS, "token_type": "bearer", "expires_in": 5183944}
PROFILE = {"id": "17841400000000001", "username": "ada"}
STORED = {"access_token": ACCESS}


def graph_error(code: int, subcode: int = 0) -> httpx.Response:
    error = {"message": ECHO, "type": "OAuthException", "code": code, "error_subcode": subcode}
    return httpx.Response(400, json={"error": error})


def test_authorization_url_has_all_parameters() -> None:
    url, parameters = authorization("threads")

    assert url == "https://threads.net/oauth/authorize"
    assert parameters == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": "threads_basic,threads_content_publish,threads_manage_replies,threads_read_replies",
        "state": STATE,
    }


def test_account_has_the_long_lived_token() -> None:
    hosts = Hosts({TOKEN: FIRST, EXCHANGE: SECOND, ME: PROFILE})

    [account] = redeem("threads", hosts)

    assert (account.account_id, account.handle, account.base_url) == ("17841400000000001", "@ada", GRAPH_API.root)
    assert account.grant.token == {"access_token": ACCESS}
    assert account.grant.expires_at == NOW + timedelta(seconds=5183944)
    assert hosts.calls == [TOKEN, EXCHANGE, ME]
    assert hosts.form(0)["code"] == CODE
    assert hosts.query(1) == {
        "grant_type": "th_exchange_token",
        "client_secret": CLIENT.client_secret,
        "access_token": SHORT,
    }
    assert hosts.query(2) == {"fields": "id,username"}


def test_token_is_exchanged_for_a_renewed_one() -> None:
    hosts = Hosts({RENEW: {"access_token": NEXT_ACCESS, "token_type": "bearer", "expires_in": 5183944}})

    grant = refresh("threads", hosts, STORED)

    assert grant.token == {"access_token": NEXT_ACCESS}
    assert hosts.query(0) == {"grant_type": "th_refresh_token", "access_token": ACCESS}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (graph_error(190, 463), Rejected, "reconnect_required"),
        (graph_error(10), Rejected, "reconnect_required"),
        (graph_error(101), Rejected, "client_refused"),
        (graph_error(100), Transient, "unexpected_answer"),
    ],
)
def test_refused_renewal_is_classified(answer: httpx.Response, kind: type[Rejected], code: str) -> None:
    assert refused(kind, lambda: refresh("threads", Hosts({RENEW: answer}), STORED)).code == code


@pytest.mark.parametrize("status", [200, 400, 404])
@pytest.mark.parametrize("error_type", ["OAuthException", "OAuthRateLimitException", "APINotFoundError", "OfANewKind"])
def test_unknown_refusal_of_a_renewal_is_transient(status: int, error_type: str) -> None:
    answer = httpx.Response(
        status, json={"error_type": error_type, "code": status, "error_message": f"Too many. {ECHO}"}
    )

    assert refused(Transient, lambda: refresh("threads", Hosts({RENEW: answer}), STORED)).code == "unexpected_answer"


def test_refused_code_refuses_the_authorization() -> None:
    answer = httpx.Response(
        400, json={"error_type": "OAuthException", "code": 400, "error_message": f"Invalid code {ECHO}"}
    )

    assert refused(Rejected, lambda: redeem("threads", Hosts({TOKEN: answer}))).code == "authorization_refused"


def test_revocation_makes_no_call() -> None:
    hosts = Hosts({})

    revoke("threads", hosts, STORED)

    assert not hosts.requests

"""Tests of the OAuth provider for Instagram."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.instagram.adapter import GRAPH_API
from minutehand.platforms.port import RateLimited, Rejected, Transient
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

TOKEN = "POST https://api.instagram.com/oauth/access_token"
EXCHANGE, RENEW = "GET https://graph.instagram.com/access_token", "GET https://graph.instagram.com/refresh_access_token"
ME = f"GET https://graph.instagram.com/{ApiVersionsConfig().graph_api_version}/me"
SCOPES = ["instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments"]
FIRST = {"access_token": SHORT, "user_id": 17841400000000001, "permissions": SCOPES}
SECOND = {"access_token": ACCESS, "token_type": "bearer", "expires_in": 5183944}
PROFILE = {"user_id": "17841400000000001", "username": "ada", "id": "26000000000000001"}
STORED = {"access_token": ACCESS}


def graph_error(code: int, subcode: int = 0, message: str = ECHO) -> httpx.Response:
    error = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}
    return httpx.Response(400, json={"error": error})


def code_refusal(message: str) -> httpx.Response:
    return httpx.Response(400, json={"error_type": "OAuthException", "code": 400, "error_message": f"{message} {ECHO}"})


def test_authorization_url_has_all_parameters() -> None:
    url, parameters = authorization("instagram")

    assert url == "https://www.instagram.com/oauth/authorize"
    assert parameters == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": ",".join(SCOPES),
        "state": STATE,
    }


@pytest.mark.parametrize("permissions", [SCOPES, ",".join(SCOPES), None])
def test_account_has_the_long_lived_token(permissions: Any) -> None:
    hosts = Hosts({TOKEN: {**FIRST, "permissions": permissions}, EXCHANGE: SECOND, ME: PROFILE})

    [account] = redeem("instagram", hosts)

    assert (account.account_id, account.handle, account.base_url) == ("17841400000000001", "@ada", GRAPH_API.root)
    assert account.grant.token == {"access_token": ACCESS}
    assert account.grant.expires_at == NOW + timedelta(seconds=5183944)
    assert hosts.calls == [TOKEN, EXCHANGE, ME]
    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }
    assert hosts.query(1) == {
        "grant_type": "ig_exchange_token",
        "client_secret": CLIENT.client_secret,
        "access_token": SHORT,
    }
    assert hosts.query(2) == {"fields": "user_id,username"}
    assert hosts.requests[2].headers["authorization"] == f"Bearer {ACCESS}"


def test_account_is_connected_by_the_documented_response_to_a_code() -> None:
    hosts = Hosts({TOKEN: {"data": [FIRST]}, EXCHANGE: SECOND, ME: PROFILE})

    [account] = redeem("instagram", hosts)

    assert (account.account_id, account.grant.token) == (PROFILE["user_id"], STORED)
    assert hosts.query(1)["access_token"] == SHORT


@pytest.mark.parametrize("answer", [{"data": []}, {"data": [{}]}, {"data": {}}, {"data": [{"access_token": 7}]}])
def test_malformed_response_to_a_code_is_unexpected(answer: Any) -> None:
    assert refused(Transient, lambda: redeem("instagram", Hosts({TOKEN: answer}))).code == "unexpected_answer"


def test_missing_scope_in_the_documented_response_refuses_the_authorization() -> None:
    answer = {"data": [{**FIRST, "permissions": "instagram_business_basic"}]}

    assert refused(Rejected, lambda: redeem("instagram", Hosts({TOKEN: answer}))).code == "authorization_refused"


def test_missing_required_scope_refuses_the_authorization() -> None:
    hosts = Hosts({TOKEN: {**FIRST, "permissions": SCOPES[:1]}})

    assert refused(Rejected, lambda: redeem("instagram", hosts)).code == "authorization_refused"


def test_short_lived_token_does_not_replace_the_long_lived_one() -> None:
    hosts = Hosts({TOKEN: FIRST, EXCHANGE: {"token_type": "bearer", "expires_in": 5183944}})

    assert refused(Transient, lambda: redeem("instagram", hosts)).code == "unexpected_answer"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (code_refusal("This authorization code has been used"), Rejected, "authorization_refused"),
        (code_refusal("Invalid redirect_uri"), Rejected, "authorization_refused"),
        (code_refusal("Invalid platform app"), Rejected, "client_refused"),
        (code_refusal("Error validating client secret"), Rejected, "client_refused"),
        (graph_error(100, 36_009), Rejected, "authorization_refused"),
        (graph_error(101), Rejected, "client_refused"),
        (graph_error(2), Transient, "server_error"),
        (graph_error(4), RateLimited, "rate_limited"),
        (httpx.Response(200, json=[]), Transient, "unexpected_answer"),
        (httpx.Response(403, text=ECHO), Transient, "unexpected_answer"),
    ],
)
@pytest.mark.parametrize("step", [TOKEN, EXCHANGE])
def test_refusal_at_each_step_is_classified(answer: httpx.Response, kind: type[Rejected], code: str, step: str) -> None:
    hosts = Hosts({TOKEN: FIRST, EXCHANGE: SECOND, ME: PROFILE, step: answer})

    assert refused(kind, lambda: redeem("instagram", hosts)).code == code


def test_token_is_exchanged_for_a_renewed_one() -> None:
    hosts = Hosts({RENEW: {"access_token": NEXT_ACCESS, "token_type": "bearer", "expires_in": 5183944}})

    grant = refresh("instagram", hosts, STORED)

    assert grant.token == {"access_token": NEXT_ACCESS}
    assert grant.expires_at == NOW + timedelta(seconds=5183944)
    assert hosts.calls == [RENEW]
    assert hosts.query(0) == {"grant_type": "ig_refresh_token", "access_token": ACCESS}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (graph_error(190), Rejected, "reconnect_required"),
        (graph_error(190, 463), Rejected, "reconnect_required"),
        (graph_error(190, 458), Rejected, "reconnect_required"),
        (graph_error(190, 460), Rejected, "reconnect_required"),
        (graph_error(10), Rejected, "reconnect_required"),
        (graph_error(200), Rejected, "reconnect_required"),
        (graph_error(101), Rejected, "client_refused"),
        (graph_error(1), Transient, "server_error"),
        (graph_error(17), RateLimited, "rate_limited"),
        # A token that is less than a day old, for example. The owner need not reconnect.
        (graph_error(100), Transient, "unexpected_answer"),
        (graph_error(99_999), Transient, "unexpected_answer"),
        (httpx.Response(400, json={}), Transient, "unexpected_answer"),
    ],
)
def test_refused_renewal_is_classified(answer: httpx.Response, kind: type[Rejected], code: str) -> None:
    assert refused(kind, lambda: refresh("instagram", Hosts({RENEW: answer}), STORED)).code == code


@pytest.mark.parametrize("status", [200, 400, 404])
@pytest.mark.parametrize("error_type", ["OAuthException", "OAuthRateLimitException", "APINotFoundError", "OfANewKind"])
def test_unknown_refusal_of_a_renewal_is_transient(status: int, error_type: str) -> None:
    answer = httpx.Response(
        status, json={"error_type": error_type, "code": status, "error_message": f"Too many. {ECHO}"}
    )

    assert refused(Transient, lambda: refresh("instagram", Hosts({RENEW: answer}), STORED)).code == "unexpected_answer"


def test_numeric_account_id_is_accepted() -> None:
    hosts = Hosts({TOKEN: FIRST, EXCHANGE: SECOND, ME: {**PROFILE, "user_id": 17841400000000001}})

    assert redeem("instagram", hosts)[0].account_id == "17841400000000001"


def test_unreadable_profile_refuses_the_authorization() -> None:
    hosts = Hosts({TOKEN: FIRST, EXCHANGE: SECOND, ME: graph_error(200)})

    assert refused(Rejected, lambda: redeem("instagram", hosts)).code == "authorization_refused"


def test_revocation_makes_no_call() -> None:
    hosts = Hosts({})

    revoke("instagram", hosts, STORED)

    assert not hosts.requests

"""The behaviour that the OAuth providers of all platforms share."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.settings import ROOT
from minutehand.platforms.catalog import PLATFORMS, PROVIDERS, REVOCABLE
from minutehand.platforms.identifiers import printable_name
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.oauth2.provider import Grant, OAuthClient, is_renewable
from minutehand.platforms.oauth2.session import expiry, lacks_scope
from minutehand.platforms.port import RateLimited, Rejected, Transient
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    ECHO,
    NOW,
    REFRESH,
    STORED,
    Hosts,
    authorization,
    redeem,
    refresh,
    refused,
    revoke,
)

RENEWABLE = sorted(set(PROVIDERS) - {"facebook"})
SELF_RENEWING = {name for name, platform in PLATFORMS.items() if platform.self_renewing}
CALLS = [*((redeem, platform) for platform in sorted(PROVIDERS)), *((refresh, platform) for platform in RENEWABLE)]
ALL_CALLS = [*CALLS, *((revoke, platform) for platform in sorted(REVOCABLE))]

type Call = Callable[[str, Hosts], object]


class SameResponse(Hosts):
    """Gives the same response to every request."""

    def __init__(self, answer: Any) -> None:
        super().__init__({})
        self._same = answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self._same, Exception):
            raise self._same
        same = httpx.Response(200, json=self._same) if not isinstance(self._same, httpx.Response) else self._same
        return httpx.Response(same.status_code, headers=same.headers, content=same.content)


@pytest.mark.parametrize(("call", "platform"), ALL_CALLS)
@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (httpx.ConnectError("refused"), Transient, "unreachable"),
        (httpx.ReadTimeout("slow"), Transient, "timeout"),
        (httpx.RemoteProtocolError("gone"), Transient, "connection_lost"),
        (httpx.Response(500, text=ECHO), Transient, "server_error"),
        (httpx.Response(503, json={"error": "invalid_grant"}), Transient, "server_error"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), Transient, "unexpected_answer"),
        (httpx.Response(429, json={"error": ECHO}), RateLimited, "rate_limited"),
        (AddressRefused("127.0.0.1"), Rejected, "address_refused"),
    ],
)
def test_failed_call_says_nothing_about_the_account(
    call: Call, platform: str, failure: Any, kind: type[Rejected], code: str
) -> None:
    assert refused(kind, lambda: call(platform, SameResponse(failure))).code == code


@pytest.mark.parametrize(("call", "platform"), CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "text",
        {"token_type": "bearer", "expires_in": 7200, "refresh_token": REFRESH},
        {"access_token": None, "refresh_token": REFRESH},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": [ACCESS]},
        {"access_token": "two words"},
        {"access_token": "line\nbreak"},
        {"access_token": "t\u00f6ken"},
        httpx.Response(200, text=ECHO),
        httpx.Response(200),
        httpx.Response(400, text=ECHO),
        httpx.Response(401, json=["no"]),
    ],
)
def test_response_without_a_usable_token_is_unexpected(call: Call, platform: str, answer: Any) -> None:
    assert refused(Transient, lambda: call(platform, SameResponse(answer))).code == "unexpected_answer"


@pytest.mark.parametrize("platform", RENEWABLE)
@pytest.mark.parametrize("unusable", [None, "", 7, "two words"])
def test_unusable_refresh_token_does_not_replace_the_old_one(platform: str, unusable: Any) -> None:
    grant = refresh(platform, SameResponse({"access_token": ACCESS, "refresh_token": unusable}))

    assert grant.token.get("refresh_token") == (REFRESH if platform not in SELF_RENEWING else None)
    assert grant.token["access_token"] == ACCESS


@pytest.mark.parametrize("platform", sorted(set(PROVIDERS) - SELF_RENEWING))
def test_token_without_refresh_token_is_rejected_without_a_call(platform: str) -> None:
    alone, hosts = {"access_token": ACCESS}, Hosts({})

    error = refused(Rejected, lambda: refresh(platform, hosts, alone))

    assert error.code == "reconnect_required"
    assert not hosts.requests
    assert not is_renewable(platform, alone)


@pytest.mark.parametrize("platform", RENEWABLE)
def test_stored_token_is_renewable(platform: str) -> None:
    assert is_renewable(platform, {"access_token": ACCESS} if platform in SELF_RENEWING else STORED)


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_no_call_is_made_to_revoke_a_missing_token(platform: str) -> None:
    hosts = Hosts({})

    revoke(platform, hosts, {})

    assert not hosts.requests


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (7200, NOW + timedelta(hours=2)),
        ("7200", NOW + timedelta(hours=2)),
        (0.5, NOW + timedelta(seconds=0.5)),
        (0, None),
        (-1, None),
        (True, None),
        (None, None),
        ("soon", None),
        ("\u0667", None),
        (10**30, None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_token_expiry_is_computed_from_its_lifetime(seconds: object, moment: object) -> None:
    assert expiry(seconds, NOW) == moment


@pytest.mark.parametrize(
    ("allowed", "missing"),
    [
        ("a b", False),
        ("b,a,c", False),
        (" a  b ", False),
        (["a", "b"], False),
        ("a", True),
        ([], True),
        (["a", None], True),
        ("", False),
        (None, False),
        ({"a": "b"}, False),
    ],
)
def test_missing_scope_is_detected(allowed: object, missing: bool) -> None:
    assert lacks_scope(allowed, frozenset(["a", "b"])) is missing


def test_printable_name_is_printable_and_short() -> None:
    assert printable_name("Ada \N{WOMAN}\u200d\N{ROCKET}\n", "1") == "Ada \N{WOMAN}\N{ROCKET}"
    assert printable_name("x" * 400, "1") == "x" * 300
    assert printable_name(" \n", "1") == "1"
    assert printable_name(None, "1") == "1"


def test_secrets_are_excluded_from_representations() -> None:
    assert repr(CLIENT) == "OAuthClient(client_id='our-id', server=None, scopes=None, metrics=False)"
    assert repr(Grant({"access_token": ACCESS}, None)) == "Grant(expires_at=None, refresh_expires_at=None)"
    assert OAuthClient("a", "b") != OAuthClient("a", "c")


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_consent_page_requests_the_scopes_of_the_client(platform: str) -> None:
    _, params = authorization(platform, replace(CLIENT, scopes=("one:read", "two.write")))

    assert params["scope"] in ("one:read,two.write", "one:read two.write")


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_consent_page_requests_the_scopes_for_metrics_of_a_client_that_has_them(platform: str) -> None:
    _, plain = authorization(platform, CLIENT)
    _, params = authorization(platform, replace(CLIENT, metrics=True))
    _, limited = authorization(platform, replace(CLIENT, metrics=True, scopes=("one:read",)))

    requested, usual = (set(re.split(r"[, ]", each["scope"])) for each in (params, plain))
    assert requested - usual == set(PLATFORMS[platform].metrics_scopes)
    assert limited["scope"] == "one:read"


def test_authorization_url_needs_no_http_library() -> None:
    script = """
import sys
from minutehand.platforms.catalog import PROVIDERS
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
providers = [provider_for(platform) for platform in PROVIDERS]
print(*sorted({"httpx", "authlib"} & set(sys.modules)), "|")
for provider in providers:
    provider.authorization_url(OAuthClient("a", "b"), redirect_uri="https://c", state="d", code_verifier="e" * 43)
print(*sorted({"httpx", "cryptography", "joserfc"} & set(sys.modules)), "|")
"""
    environ = {"PYTHONPATH": str(ROOT / "layers" / "domain")}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == "|\n|\n"

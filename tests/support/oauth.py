"""Scripted hosts of a platform for the client side of OAuth, with the secrets that must never leak."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient, provider_for
from minutehand.platforms.port import PublishError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CODE, VERIFIER = "the-code-0123456789", "the-verifier-" + "v" * 40
STATE, REDIRECT = "the-state", "https://app.example/api/social/connections/callback"
ACCESS, REFRESH, SHORT, PAGE = "access.one!1.va", "refresh.one!1.va", "short-lived-one", "page-token-one"
NEXT_ACCESS, NEXT_REFRESH = "access.two!2.va", "refresh.two!2.va"
CLIENT = OAuthClient("our-id", "our-client-secret")
STORED = {"access_token": ACCESS, "refresh_token": REFRESH}
SECRETS = (CODE, VERIFIER, CLIENT.client_secret, ACCESS, REFRESH, SHORT, PAGE, NEXT_ACCESS, NEXT_REFRESH)
ECHO = " ".join(SECRETS)
"""The message of a malicious platform, which echoes every secret."""

type Answer = Mapping[str, Any] | httpx.Response | Exception | list[Any]


class Hosts:
    """Responds by method and URL without its query, and records the requests. A list gives one response per request."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = {call: list(answer) if isinstance(answer, list) else answer for call, answer in answers.items()}
        self.requests: list[httpx.Request] = []
        self.client = httpx.Client(transport=httpx.MockTransport(self._answer))

    @property
    def calls(self) -> list[str]:
        return [_call(request) for request in self.requests]

    def form(self, number: int) -> dict[str, str]:
        """Return the form fields of request ``number``."""
        request = self.requests[number]
        assert request.headers["content-type"].startswith("application/x-www-form-urlencoded")
        return dict(parse_qsl(request.content.decode(), keep_blank_values=True))

    def query(self, number: int) -> dict[str, str]:
        return dict(self.requests[number].url.params)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers[_call(request)]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return httpx.Response(200, json=answer)


def authorization(platform: str, client: OAuthClient = CLIENT) -> tuple[str, dict[str, str]]:
    """Return the URL of the consent page without its query, and the query parameters."""
    url = provider_for(platform).authorization_url(client, redirect_uri=REDIRECT, state=STATE, code_verifier=VERIFIER)
    assert not [secret for secret in SECRETS if secret in url]
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", dict(pairs)


def redeem(platform: str, hosts: Hosts, client: OAuthClient = CLIENT) -> list[GrantedAccount]:
    accounts = provider_for(platform).redeem(
        hosts.client, client, code=CODE, redirect_uri=REDIRECT, code_verifier=VERIFIER, now=lambda: NOW
    )
    assert not leaked(repr(accounts))
    return accounts


def refresh(platform: str, hosts: Hosts, token: Mapping[str, str] = STORED) -> Grant:
    grant = provider_for(platform).refresh(hosts.client, CLIENT, token, now=lambda: NOW)
    assert not leaked(repr(grant))
    return grant


def revoke(platform: str, hosts: Hosts, token: Mapping[str, str] = STORED, client: OAuthClient = CLIENT) -> None:
    provider_for(platform).revoke(hosts.client, client, token)


def refused[E: PublishError](kind: type[E], call: Callable[[], object]) -> E:
    """Return the error of ``call``, after checking that neither it nor its causes contain a secret."""
    with pytest.raises(PublishError) as raised:
        call()
    assert type(raised.value) is kind, raised.value
    assert not leaked(" ".join(f"{error} {error!r}" for error in _chain(raised.value)))
    assert isinstance(raised.value, kind)
    return raised.value


def leaked(text: str) -> list[str]:
    """Return the secrets that ``text`` contains."""
    return [secret for secret in SECRETS if secret in text]


def _call(request: httpx.Request) -> str:
    return f"{request.method} {request.url.copy_with(query=None)}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__

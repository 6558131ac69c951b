"""The keys of an issuer: how often they are fetched, how long they are used, and which responses are refused."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from minutehand.runtime import issuer_keys
from minutehand.runtime.issuer_keys import (
    FAILURE_SECONDS,
    FRESH_SECONDS,
    MAX_DOCUMENT_BYTES,
    STALE_SECONDS,
    UNKNOWN_KEY_SECONDS,
    IssuerKeys,
    IssuerUnavailable,
    fetch_document,
)
from tests.support.slow_server import drip_body, drip_head, server

ISSUER = "https://login.example.com/"
KEY = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))


class Issuer:
    """The documents of an issuer, without a network, and a clock that moves only on request."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.error: Exception | None = None
        self.metadata: object = {"issuer": ISSUER, "jwks_uri": "https://keys.example.com/keys"}
        self.keys: object = {"keys": [KEY | {"kid": "one"}]}
        self.fetched: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if self.error is not None:
            raise self.error
        document = self.metadata if url.endswith("openid-configuration") else self.keys
        return document if isinstance(document, bytes) else json.dumps(document).encode()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def keys(issuer: Issuer) -> IssuerKeys:
    return IssuerKeys(ISSUER, issuer.fetch, lambda: issuer.now)


def unavailable(keys: IssuerKeys, words: str, key_id: str = "one") -> None:
    with pytest.raises(IssuerUnavailable, match=words):
        keys.find(key_id)


def test_keys_are_fetched_once_while_they_are_fresh(issuer: Issuer, keys: IssuerKeys) -> None:
    for _ in range(3):
        assert keys.find("one") is not None
        issuer.now += FRESH_SECONDS / 3
    assert issuer.fetched == [f"{ISSUER}.well-known/openid-configuration", "https://keys.example.com/keys"]

    issuer.now += 1
    issuer.keys = {"keys": [KEY | {"kid": "two"}]}
    assert keys.find("one") is None  # the issuer has removed the key
    assert keys.find("two") is not None
    assert len(issuer.fetched) == 3


@pytest.mark.parametrize("error", [OSError("no route"), TimeoutError(), IssuerUnavailable("status 503")])
def test_failed_fetch_is_not_repeated_at_once(issuer: Issuer, keys: IssuerKeys, error: Exception) -> None:
    issuer.error = error
    for number in range(50):
        unavailable(keys, "^The issuer's keys cannot be fetched: ", f"unknown-{number}")
    assert len(issuer.fetched) == 1

    issuer.now += FAILURE_SECONDS
    unavailable(keys, "cannot be fetched")
    assert len(issuer.fetched) == 2
    issuer.error = None
    issuer.now += FAILURE_SECONDS
    assert keys.find("one") is not None


def test_keys_are_used_for_an_hour_while_the_issuer_is_away(issuer: Issuer, keys: IssuerKeys) -> None:
    keys.find("one")
    issuer.error = OSError()
    issuer.now += FRESH_SECONDS + 1
    assert keys.find("one") is not None
    assert keys.find("one") is not None
    assert len(issuer.fetched) == 3  # a single attempt to get new keys

    issuer.now += STALE_SECONDS - FRESH_SECONDS - 1
    assert keys.find("one") is not None
    issuer.now += 1
    unavailable(keys, "cannot be fetched")


def test_unknown_key_ids_cause_few_fetches(issuer: Issuer, keys: IssuerKeys) -> None:
    for number in range(100):
        assert keys.find(f"unknown-{number}") is None
    assert len(issuer.fetched) == 2

    # A new key is found soon after the issuer has added it.
    issuer.now += UNKNOWN_KEY_SECONDS + 1
    issuer.keys = {"keys": [KEY | {"kid": "one"}, KEY | {"kid": "two"}]}
    assert keys.find("two") is not None
    assert len(issuer.fetched) == 3


def test_unknown_key_is_unknown_while_the_issuer_is_away(issuer: Issuer, keys: IssuerKeys) -> None:
    """Otherwise, anybody could cause errors with an invented key."""
    keys.find("one")
    issuer.error, issuer.now = OSError(), issuer.now + UNKNOWN_KEY_SECONDS + 1

    for number in range(50):
        assert keys.find(f"unknown-{number}") is None
    assert len(issuer.fetched) == 3


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (b"<html>", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        ({"jwks_uri": "https://keys.example.com/keys"}, "an issuer other than"),
        ({"issuer": "https://login.example.com", "jwks_uri": "https://keys.example.com/keys"}, "an issuer other than"),
        ({"issuer": "https://evil.example/", "jwks_uri": "https://keys.example.com/keys"}, "an issuer other than"),
        ({"issuer": ISSUER}, "no jwks_uri"),
        ({"issuer": ISSUER, "jwks_uri": 5}, "no jwks_uri"),
        ({"issuer": ISSUER, "jwks_uri": "http://keys.example.com/keys"}, "no jwks_uri with https"),
        ({"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"}, "no jwks_uri with https"),
        ({"issuer": ISSUER, "jwks_uri": "//keys.example.com"}, "no jwks_uri with https"),
    ],
)
def test_unusable_metadata_is_an_unavailable_issuer(
    issuer: Issuer, keys: IssuerKeys, metadata: object, words: str
) -> None:
    issuer.metadata = metadata

    unavailable(keys, words)
    assert len(issuer.fetched) == 1


@pytest.mark.parametrize("document", [b"<html>", b"[]", b"{}", {"keys": None}, {"keys": {"one": KEY}}, b"[" * 100_000])
def test_unusable_keys_are_an_unavailable_issuer(issuer: Issuer, keys: IssuerKeys, document: object) -> None:
    issuer.keys = document

    unavailable(keys, "its response")
    # The issuer may have moved its keys, so its metadata is read again.
    issuer.keys, issuer.now = {"keys": [KEY | {"kid": "one"}]}, issuer.now + FAILURE_SECONDS
    assert keys.find("one") is not None
    assert len(issuer.fetched) == 4


CHANGES: list[dict[str, object]] = [
    {"use": "enc"},
    {"alg": "ES384"},
    {"alg": 5},
    {"x": 5},
    {"x": "AA"},
    {"crv": "P-999"},
    {"crv": []},
]


@pytest.mark.parametrize(
    "entry",
    [
        *(None, 5, [], {}, KEY, KEY | {"kid": 5}, KEY | {"kid": ["one"]}),
        *({"kty": "oct", "kid": "one", "k": "c2VjcmV0"}, {"kty": [], "kid": "one"}, {"kty": "EC", "kid": "one"}),
        *(KEY | {"kid": "one"} | change for change in CHANGES),
        {"kty": "RSA", "kid": "one", "n": "AA", "e": "AQAB"},
    ],
)
def test_unusable_key_does_not_hide_the_others(issuer: Issuer, keys: IssuerKeys, entry: object) -> None:
    issuer.keys = {"keys": [entry, KEY | {"kid": "two"}]}

    assert keys.find("one") is None
    assert keys.find("two") is not None


def test_issuer_on_the_local_stage_may_have_http(issuer: Issuer) -> None:
    issuer.metadata = {"issuer": "http://127.0.0.1:9000", "jwks_uri": "http://127.0.0.1:9000/keys"}

    assert IssuerKeys("http://127.0.0.1:9000", issuer.fetch, lambda: issuer.now).find("one") is not None


# -- the network -----------------------------------------------------------------------------------------------


@contextmanager
def answering(respond: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            respond(self)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/keys?tenant=a"
        listening.shutdown()
        thread.join()


def reply(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def test_document_is_fetched_with_its_query() -> None:
    paths: list[str] = []

    def respond(handler: Any) -> None:
        paths.append(handler.path)
        reply(200, b"{}")(handler)

    with answering(respond) as url:
        assert fetch_document(url) == b"{}"
    assert paths == ["/keys?tenant=a"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 500, 204])
def test_response_other_than_the_document_is_refused(status: int) -> None:
    """A redirect could lead away from https."""
    with (
        answering(reply(status, b"", Location="http://127.0.0.1:1/keys")) as url,
        pytest.raises(IssuerUnavailable, match=f"status {status}"),
    ):
        fetch_document(url)


def test_large_document_is_refused() -> None:
    with answering(reply(200, b" " * (MAX_DOCUMENT_BYTES + 1))) as url, pytest.raises(IssuerUnavailable, match="large"):
        fetch_document(url)


@pytest.mark.parametrize("drip", [drip_head, drip_body])
def test_dripping_issuer_is_given_up(drip: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuer_keys, "FETCH_SECONDS", 0.3)
    with server(drip) as url:
        keys = IssuerKeys(url)
        began = time.monotonic()
        for _ in range(50):
            unavailable(keys, "cannot be fetched")

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "url", ["http://[", "http://127.0.0.1:x/", "http://127.0.0.1:1/", "http:///", "http://127.0.0.1/ü"]
)
def test_address_that_cannot_be_reached_is_an_unavailable_issuer(url: str) -> None:
    with pytest.raises(IssuerUnavailable, match="cannot be fetched"):
        IssuerKeys(url).find("one")

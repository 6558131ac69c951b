"""The public keys of an OpenID Connect issuer, which are fetched when they are needed and then cached.

Source: https://openid.net/specs/openid-connect-discovery-1_0.html, sections 3 and 4.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import jwt
from aws_lambda_powertools.logging import Logger
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import PyJWTError

FRESH_SECONDS = 600.0
"""The age at which keys are fetched again, because the issuer may have removed a key."""
STALE_SECONDS = 3600.0
"""The age up to which keys are still used while the issuer is unavailable."""
FAILURE_SECONDS = 5.0
"""The minimum time from a failed fetch to the next fetch."""
UNKNOWN_KEY_SECONDS = 30.0
"""The minimum age of cached keys at which a token with an unknown key id causes another fetch. Anyone can send a token
with an invented key id."""
FETCH_SECONDS = 3.0
"""The time limit for fetching one of the two documents: the metadata of the issuer, and its keys."""
MAX_DOCUMENT_BYTES = 256 * 1024
MIN_RSA_BITS = 2048
"""The minimum size of an RSA key for RS256 (RFC 7518, section 3.3)."""
ALGORITHMS: Mapping[str, str] = {"RSA": "RS256", "EC": "ES256"}
"""The accepted algorithms, keyed by the type of the key. A token must not choose the algorithm: with `none` or HS256,
anyone could forge a token.
"""
_UNUSABLE = (PyJWTError, ValueError, TypeError, KeyError, OverflowError)

type Fetch = Callable[[str], bytes]

logger = Logger(child=True)


class IssuerUnavailable(Exception):
    """The keys of the issuer cannot be fetched now, so tokens cannot be verified."""


class IssuerKeys:
    """The keys of one issuer. This object is thread-safe. Only one thread at a time fetches the keys."""

    def __init__(
        self, issuer: str, fetch: Fetch | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Create an empty cache. ``issuer``: the URL of the issuer. ``fetch`` returns the document at a URL.
        ``monotonic`` returns seconds.
        """
        self._issuer = issuer
        self._fetch = fetch or fetch_document
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._jwks_uri: str | None = None
        self._fetched_at = self._failed_at = float("-inf")
        self._failure = ""

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return the key with this id, or None if the cache has no such key with an accepted algorithm and size.

        If the cached keys are old, or do not contain the key, new keys may be fetched first.

        Raises:
            IssuerUnavailable: new keys cannot be fetched, and there are no cached keys, or only keys that are more
                than an hour old.
        """
        with self._lock:
            age = self._monotonic() - self._fetched_at
            if age > FRESH_SECONDS or (key_id not in self._keys and age > UNKNOWN_KEY_SECONDS):
                self._refresh()
            if self._monotonic() - self._fetched_at > STALE_SECONDS:
                raise IssuerUnavailable(self._failure)
            return self._keys.get(key_id)

    def _refresh(self) -> None:
        if self._monotonic() - self._failed_at < FAILURE_SECONDS:
            return
        try:
            if self._jwks_uri is None:
                self._jwks_uri = self._discover()
            self._keys = _usable_keys(_parse(self._fetch(self._jwks_uri)))
        except (IssuerUnavailable, OSError, HTTPException) as error:
            self._jwks_uri = None  # the issuer may have moved its keys
            self._failed_at, self._failure = self._monotonic(), f"The issuer's keys cannot be fetched: {error}"
            logger.warning("the issuer's keys cannot be fetched", extra={"why": str(error)})
        else:
            self._fetched_at = self._monotonic()

    def _discover(self) -> str:
        metadata = _parse(self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"))
        if metadata.get("issuer") != self._issuer:
            raise IssuerUnavailable("its metadata names an issuer other than OidcIssuer")
        jwks_uri = metadata.get("jwks_uri")
        # Keys from an unencrypted connection could be forged. Only an issuer on the local stage may use http.
        schemes = ("https", "http") if self._issuer.startswith("http:") else ("https",)
        if not isinstance(jwks_uri, str) or not jwks_uri.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise IssuerUnavailable("its metadata has no jwks_uri with https")
        return jwks_uri


def fetch_document(url: str) -> bytes:
    """Return the document at ``url``. Redirects are not followed.

    Raises:
        IssuerUnavailable: the URL is not valid, the status is not 200, or the document is too large.
        OSError, HTTPException: the request fails, or takes longer than `FETCH_SECONDS`.
    """
    try:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=FETCH_SECONDS)
        response, document = _get(connection, parts._replace(scheme="", netloc="", fragment="").geturl() or "/")
    except ValueError:
        raise IssuerUnavailable("its address is not valid") from None
    if response.status != HTTPStatus.OK:
        raise IssuerUnavailable(f"it responds with status {response.status}")
    if len(document) > MAX_DOCUMENT_BYTES:
        raise IssuerUnavailable("its response is too large")
    return document


def _get(connection: HTTPConnection, path: str) -> tuple[HTTPResponse, bytes]:
    # The timeout of the connection restarts with each byte, so a timer limits the total time.
    timer = threading.Timer(FETCH_SECONDS, _interrupt, [connection])
    timer.start()
    try:
        connection.request("GET", path, headers={"accept": "application/json", "accept-encoding": "identity"})
        response = connection.getresponse()
        return response, response.read(MAX_DOCUMENT_BYTES + 1)
    finally:
        timer.cancel()
        connection.close()


def _interrupt(connection: HTTPConnection) -> None:
    with suppress(OSError):  # the connection was closed in the meantime
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _parse(document: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(document)
    except (ValueError, RecursionError):
        raise IssuerUnavailable("its response is not JSON") from None
    if not isinstance(parsed, dict):
        raise IssuerUnavailable("its response is not a JSON object")
    return parsed


def _usable_keys(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Return the keys for signatures with an accepted algorithm and size, keyed by id."""
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise IssuerUnavailable("its response has no list of keys")
    return {entry["kid"]: key for entry in entries if (key := _usable_key(entry)) is not None}


def _usable_key(entry: Any) -> jwt.PyJWK | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    algorithm = ALGORITHMS.get(str(entry.get("kty")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm:
        return None
    try:
        key = jwt.PyJWK(entry, algorithm)
    except _UNUSABLE:
        return None
    match key.key:
        case RSAPublicKey() if key.key.key_size >= MIN_RSA_BITS:
            return key
        case EllipticCurvePublicKey() if isinstance(key.key.curve, SECP256R1):
            return key
    return None

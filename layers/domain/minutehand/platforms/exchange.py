"""One call of a platform: what its failure means, by the rules that hold on every platform.

Before the request was sent, nothing can have happened: a failure is `Transient`. From then on, whatever is not a
clear answer of the platform leaves a publishing call in doubt; a preparing call may simply be repeated.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import InDoubt, RateLimited, Rejected, Transient

MAX_RESPONSE_SECONDS = 15.0
"""The most that the body of an answer may take in all, however steadily it drips."""
MAX_RESPONSE_BYTES = 4 * 1024 * 1024
MAX_MESSAGE_CHARACTERS = 200
DEFAULT_RATE_LIMIT_WAIT = timedelta(seconds=60)
"""The wait when a platform says 429 and not how long."""
MIN_RATE_LIMIT_WAIT, MAX_RATE_LIMIT_WAIT = timedelta(seconds=1), timedelta(days=1)
RESET_HEADERS = ("RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset")
REQUEST_TIMEOUT, TOO_EARLY, TOO_MANY_REQUESTS = 408, 425, 429

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""httpx's errors that are raised before a byte of the request has left (TLS and DNS errors are connect errors)."""

_EPOCH_FROM = 1_000_000_000
"""A reset header with a smaller number counts seconds from now."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a platform answered: 2xx, or a 4xx in its own words. ``data`` is the decoded JSON; None when it is none."""

    status: int
    data: Any
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The answer's headers, whatever the case of their names."""

    @property
    def ok(self) -> bool:
        """Whether the platform did what was asked."""
        return 200 <= self.status < 300

    @property
    def fields(self) -> Mapping[str, Any]:
        """The data when it is an object, else an empty one."""
        return self.data if isinstance(self.data, Mapping) else {}


class Exchange:
    """Makes calls of one platform."""

    def __init__(
        self, client: httpx.Client, platform: str, *, default_wait: timedelta = DEFAULT_RATE_LIMIT_WAIT
    ) -> None:
        """``platform``: its display name, for the sentences. ``default_wait``: after a 429 that names no time."""
        self.client = client
        self.platform = platform
        self._unstated_wait = default_wait

    def prepare(
        self,
        request: httpx.Request,
        now: Callable[[], datetime],
        *,
        allow_empty_body: bool = False,
        expected_statuses: frozenset[int] = frozenset(),
    ) -> Reply:
        """Make a call that may be repeated.

        ``allow_empty_body``: accept a success without JSON. ``expected_statuses``: return these as well, such as the
        308 of a resumable upload.

        Raises:
            Transient: no usable answer.
            RateLimited: 429.
            Rejected: the address must not be called.
        """
        return self._call(
            request, now, publishing=False, allow_empty_body=allow_empty_body, expected_statuses=expected_statuses
        )

    def publish(
        self,
        request: httpx.Request,
        now: Callable[[], datetime],
        *,
        allow_empty_body: bool = False,
        expected_statuses: frozenset[int] = frozenset(),
    ) -> Reply:
        """Make the publishing call. ``allow_empty_body`` and ``expected_statuses``: as of `prepare`.

        Raises:
            InDoubt: it was sent, and the answer does not say what came of it.
            Transient: it was not sent.
            RateLimited: 429.
            Rejected: the address must not be called.
        """
        return self._call(
            request, now, publishing=True, allow_empty_body=allow_empty_body, expected_statuses=expected_statuses
        )

    def _call(
        self,
        request: httpx.Request,
        now: Callable[[], datetime],
        *,
        publishing: bool,
        allow_empty_body: bool,
        expected_statuses: frozenset[int],
    ) -> Reply:
        unclear = InDoubt if publishing else Transient
        try:
            status, headers, body = self._send(request)
        except AddressRefused as error:
            raise Rejected(
                "address_refused",
                f"{self.platform} is not called at {truncate(error.host)}: it is not a public address.",
            ) from None
        except NOT_SENT as error:
            raise Transient("unreachable", f"{self.platform} could not be reached.") from error
        except httpx.TimeoutException as error:
            raise unclear("timeout", f"{self.platform} did not answer in time.") from error
        except httpx.HTTPError as error:
            raise unclear("connection_lost", f"The connection to {self.platform} broke off.") from error
        if status == TOO_MANY_REQUESTS:
            until = retry_time(headers, now(), self._unstated_wait)
            raise RateLimited("rate_limited", f"{self.platform} asks us to wait before posting more.", until=until)
        if status >= 500 or status in (REQUEST_TIMEOUT, TOO_EARLY):
            raise unclear("server_error", f"{self.platform} has a problem of its own (HTTP {status}).")
        reply = Reply(status, _decoded(body), headers)
        if status in expected_statuses:
            return reply
        speechless = reply.data is None and (not allow_empty_body if reply.ok else publishing)
        if speechless or not (reply.ok or status >= 400):
            raise unclear("unexpected_answer", f"{self.platform} gave an answer that makes no sense (HTTP {status}).")
        return reply

    def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = self.client.send(request, stream=True)
        try:
            body = bytearray()
            deadline = time.monotonic() + MAX_RESPONSE_SECONDS
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer drips", request=request)
                if len(body) > MAX_RESPONSE_BYTES:
                    raise httpx.DecodingError("the answer is too large", request=request)
            return response.status_code, response.headers, bytes(body)
        finally:
            response.close()


def retry_time(
    headers: Mapping[str, str], now: datetime, default_wait: timedelta = DEFAULT_RATE_LIMIT_WAIT
) -> datetime:
    """Return when to try again after a 429: Retry-After, else the platform's reset header, else ``default_wait`` on.

    A reset may be given in epoch seconds (Bluesky, X), in ISO 8601 (Mastodon), or in seconds from now. The answer lies
    between a second and a day from now, whatever the platform says.
    """
    moment = _retry_after(headers.get("Retry-After", ""), now)
    for name in RESET_HEADERS:
        moment = moment or _reset(headers.get(name, ""), now)
    moment = moment or now + default_wait
    return min(max(moment, now + MIN_RATE_LIMIT_WAIT), now + MAX_RATE_LIMIT_WAIT)


def _retry_after(value: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return now + timedelta(seconds=int(value))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reset(value: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d{1,10}", value.strip()):
        number = int(value)
        return datetime.fromtimestamp(number, UTC) if number >= _EPOCH_FROM else now + timedelta(seconds=number)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def sanitize(message: object, secrets: Mapping[str, str]) -> str:
    """Return what a platform said, fit to be shown: one line, short, and without any of ``secrets``."""
    text = message if isinstance(message, str) else ""
    for secret in sorted(secrets.values(), key=len, reverse=True):
        if secret:
            text = text.replace(secret, "…")
    # What has the shape of a token is one: a platform may echo a token that it gave itself.
    text = re.sub(r"[A-Za-z0-9_\-.=+/]{40,}", "…", text)
    return truncate(" ".join("".join(char if char.isprintable() else " " for char in text).split()))


def truncate(text: str) -> str:
    """Cut ``text`` to what fits into a sentence."""
    return text if len(text) <= MAX_MESSAGE_CHARACTERS else text[: MAX_MESSAGE_CHARACTERS - 1] + "…"


def bearer(token: str, platform: str) -> dict[str, str]:
    """Return the Authorization header for ``token``.

    RFC 6750 allows fewer characters than some platforms use (TikTok: ``!``); what a header can carry is taken.

    Raises:
        Rejected: it holds others, so that it can be no token.
    """
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Rejected("reconnect_required", f"The stored access to {platform} is damaged: connect the account again.")
    return {"Authorization": f"Bearer {token}"}


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None

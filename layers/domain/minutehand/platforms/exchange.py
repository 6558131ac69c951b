"""Calls to a platform's API, and the shared rules for failed calls.

If the connection fails before the request is sent, the error is `Transient`, because the platform cannot have acted on
the request. After a later failure, a publish call is in doubt unless the response is clear. All other calls may be
repeated, except the calls that are made with ``once``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from minutehand.platforms.deadline import seconds_left
from minutehand.platforms.errors import InDoubt, RateLimited, Rejected, Transient
from minutehand.platforms.json_values import parse_json
from minutehand.platforms.moments import epoch_time, iso_time
from minutehand.platforms.network import OWN_CONNECTION, AddressRefused, Client
from minutehand.platforms.port import Attempt
from minutehand.platforms.response_body import BadBody, read_body

MAX_BODY_SECONDS = 15.0
"""The time limit for reading a response body, which applies even while bytes keep arriving."""
MAX_RESPONSE_BYTES = 2 * 1024 * 1024
"""The maximum size of a response in bytes. The publisher reads up to ten responses at the same time."""
MAX_MESSAGE_CHARACTERS = 200
MAX_READ_CHARACTERS = 10_000
"""The number of characters after which `sanitize` truncates a message before it searches the message for tokens."""
DEFAULT_RATE_LIMIT_WAIT = timedelta(seconds=60)
"""The wait after a response with the status 429 that states no wait."""
MIN_RATE_LIMIT_WAIT, MAX_RATE_LIMIT_WAIT = timedelta(seconds=1), timedelta(days=1)
RATE_LIMITS = ("RateLimit", "X-RateLimit", "X-Rate-Limit", "X-User-Limit-24Hour", "X-App-Limit-24Hour")
"""The rate limits that platforms report in headers ``<limit>-Remaining`` and ``<limit>-Reset``. X reports its 15-minute
and 24-hour limits in the same response.
"""
REQUEST_TIMEOUT, TOO_EARLY, TOO_MANY_REQUESTS = 408, 425, 429

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""The httpx errors that are raised before any byte of the request is sent. httpx reports TLS and DNS errors as connect
errors.
"""

_MIN_EPOCH_SECONDS = 1_000_000_000
"""The smallest number in a reset header that counts as an epoch time. A smaller number is a wait in seconds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A platform's response. ``data`` is the decoded JSON, or None if the body is not JSON."""

    status: int
    data: Any
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The response headers, with case-insensitive names."""

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def fields(self) -> Mapping[str, Any]:
        """The data if it is a JSON object, or else an empty mapping."""
        return self.data if isinstance(self.data, Mapping) else {}


class Exchange:
    """Calls the API of one platform."""

    def __init__(
        self,
        client: httpx.Client,
        platform: str,
        *,
        default_wait: timedelta = DEFAULT_RATE_LIMIT_WAIT,
        is_known_error: Callable[[Reply], bool] = lambda _: False,
    ) -> None:
        """Create an exchange.

        ``platform``: the display name for messages. ``default_wait``: the wait after a 429 that states no wait.
        ``is_known_error``: whether the platform's adapter knows the exact meaning of a response with status 429, such
        as an exhausted daily quota. The exchange returns such a response instead of raising `RateLimited`.
        """
        self.client = client
        self.platform = platform
        self._unstated_wait = default_wait
        self._is_known_error = is_known_error

    def prepare(
        self,
        request: httpx.Request,
        now: Callable[[], datetime],
        *,
        allow_empty_body: bool = False,
        expected_statuses: frozenset[int] = frozenset(),
        once: bool = False,
    ) -> Reply:
        """Make a call whose failure leaves nothing in doubt, and return the response.

        ``allow_empty_body``: whether a response with a status 2xx may lack JSON. ``expected_statuses``: statuses that
        are not errors, in addition to 2xx, such as the 308 of a resumable upload. ``once``: whether to send the request
        at most once and on a new connection, for example because the request redeems a one-time code. Any other request
        may be sent again if a reused connection turns out to be closed.

        Raises:
            Transient: there was no usable response.
            RateLimited: the platform returned 429, and ``is_known_error`` does not recognise the response.
            Rejected: the URL is not a public https address.
        """
        return self._call(
            request,
            now,
            publishing=False,
            allow_empty_body=allow_empty_body,
            expected_statuses=expected_statuses,
            once=once,
        )

    def connect(self, request: httpx.Request, attempt: Attempt) -> None:
        """Wait until shortly before the post's time, then open a new connection for the publish call.

        Call this method directly before `Attempt.arm`. The publish call then uses a new connection, because the server
        may have closed a reused one. If the server is unreachable, the attempt fails before the publish call.

        Raises:
            Transient: the server cannot be reached, or too little time is left for the publish call.
            Rejected: the URL is not a public https address.
        """
        attempt.wait()
        with self._errors(unclear=Transient):
            self._connect(request)

    def publish(
        self,
        request: httpx.Request,
        now: Callable[[], datetime],
        *,
        allow_empty_body: bool = False,
        expected_statuses: frozenset[int] = frozenset(),
    ) -> Reply:
        """Make the publish call, and return the response. The parameters have the same meaning as in `prepare`.

        Raises:
            InDoubt: the request may have been sent, and the outcome is unknown.
            Transient: the request was not sent.
            RateLimited: the platform returned 429, and ``is_known_error`` does not recognise the response.
            Rejected: the URL is not a public https address.
        """
        return self._call(
            request,
            now,
            publishing=True,
            allow_empty_body=allow_empty_body,
            expected_statuses=expected_statuses,
            once=True,
        )

    def _call(
        self,
        request: httpx.Request,
        now: Callable[[], datetime],
        *,
        publishing: bool,
        allow_empty_body: bool,
        expected_statuses: frozenset[int],
        once: bool,
    ) -> Reply:
        unclear = InDoubt if publishing else Transient
        with self._errors(unclear=unclear):
            if once and OWN_CONNECTION not in request.extensions:
                self._connect(request)
            status, headers, body = self._send(request)
        reply = Reply(status, _decoded(body), headers)
        if status == TOO_MANY_REQUESTS and not self._is_known_error(reply):
            until = retry_time(headers, now(), self._unstated_wait)
            raise RateLimited("rate_limited", f"{self.platform} temporarily limits our requests.", until=until)
        if status in expected_statuses:
            return reply
        if status >= 500 or status in (REQUEST_TIMEOUT, TOO_EARLY):
            raise unclear("server_error", f"{self.platform} returned a server error (HTTP {status}).")
        lacks_json = reply.data is None and (not allow_empty_body if reply.ok else publishing)
        if lacks_json or not (reply.ok or status >= 400):
            raise unclear("unexpected_answer", f"{self.platform} returned an unexpected response (HTTP {status}).")
        return reply

    def _connect(self, request: httpx.Request) -> None:
        if isinstance(self.client, Client):  # a test may use another client
            self.client.connect(request)

    @contextmanager
    def _errors(self, *, unclear: type[InDoubt | Transient]) -> Iterator[None]:
        """Translate the errors of a call. ``unclear``: the error if the request may have been sent."""
        try:
            yield
        except AddressRefused as error:
            raise Rejected(
                "address_refused",
                f"The server of {self.platform} must have a public https address; {truncate(error.host)} has none.",
            ) from None
        except NOT_SENT as error:
            if (left := seconds_left()) is not None and left <= 0:  # an earlier call has used up the time
                raise Transient("timeout", f"{self.platform} did not respond in time.") from error
            raise Transient("unreachable", f"{self.platform} could not be reached.") from error
        except httpx.TimeoutException as error:
            raise unclear("timeout", f"{self.platform} did not respond in time.") from error
        except BadBody as error:
            raise unclear("unexpected_answer", f"{self.platform} returned an unexpected response: {error}.") from error
        except (UnicodeError, httpx.InvalidURL) as error:  # for example, a redirect to an impossible host name
            raise unclear("unexpected_answer", f"{self.platform} returned an unexpected response.") from error
        except httpx.HTTPError as error:
            raise unclear("connection_lost", f"The connection to {self.platform} was lost.") from error

    def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = self.client.send(request, stream=True)
        try:
            body = read_body(response, max_bytes=MAX_RESPONSE_BYTES, seconds=MAX_BODY_SECONDS)
            return response.status_code, response.headers, body
        finally:
            response.close()


def retry_time(
    headers: Mapping[str, str], now: datetime, default_wait: timedelta = DEFAULT_RATE_LIMIT_WAIT
) -> datetime:
    """Return the time of the retry after a 429, from Retry-After, a reset header, or else ``default_wait``.

    Without Retry-After, the result is the latest reset among the limits that are exhausted or, if the headers do not
    state that any limit is exhausted, the first stated reset. A reset header contains epoch seconds (Bluesky, X), an
    ISO 8601 time (Mastodon) or seconds from now. The result is always between one second and one day from now.
    """
    resets = {limit: _reset(headers.get(f"{limit}-Reset", ""), now) for limit in RATE_LIMITS}
    stated = [reset for reset in resets.values() if reset is not None]
    used_up = [
        reset
        for limit, reset in resets.items()
        if reset is not None and headers.get(f"{limit}-Remaining", "").strip() == "0"
    ]
    moment = _retry_after(headers.get("Retry-After", ""), now) or max(used_up, default=None)
    moment = moment or next(iter(stated), now + default_wait)
    return min(max(moment, now + MIN_RATE_LIMIT_WAIT), now + MAX_RATE_LIMIT_WAIT)


def _retry_after(value: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value.strip()):
        return now + timedelta(seconds=float(value))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reset(value: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d{1,10}", value.strip()):
        number = int(value)
        return epoch_time(number) if number >= _MIN_EPOCH_SECONDS else now + timedelta(seconds=number)
    return iso_time(value)


def sanitize(message: object, secrets: Mapping[str, str]) -> str:
    """Return a platform's ``message`` as one short line, with an ellipsis in place of each secret."""
    text = message if isinstance(message, str) else ""
    for secret in sorted(secrets.values(), key=len, reverse=True):
        if secret:
            text = text.replace(secret, "…")
    text = text[:MAX_READ_CHARACTERS]
    # A platform may also echo a token that is not in ``secrets``, so replace each string that looks like a token.
    text = re.sub(r"[A-Za-z0-9_\-.=+/]{40,}", "…", text)
    return truncate(" ".join("".join(char if char.isprintable() else " " for char in text).split()))


def truncate(text: str) -> str:
    """Return ``text``. If it is longer than `MAX_MESSAGE_CHARACTERS`, shorten it and end it with an ellipsis."""
    return text if len(text) <= MAX_MESSAGE_CHARACTERS else text[: MAX_MESSAGE_CHARACTERS - 1] + "…"


def bearer(token: str, platform: str) -> dict[str, str]:
    """Return an Authorization header with ``token`` as a bearer token.

    Some platforms use characters that RFC 6750 does not allow, such as ``!`` on TikTok, so this function allows every
    visible ASCII character.

    Raises:
        Rejected: the token is empty, or contains a character that is not visible ASCII.
    """
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Rejected(
            "reconnect_required", f"The stored access token for {platform} is damaged. Connect the account again."
        )
    return {"Authorization": f"Bearer {token}"}


def _decoded(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        return None

"""Reads the images and videos of a post from the addresses that its author gave."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from minutehand.platforms import media_format
from minutehand.platforms.exchange import TOO_MANY_REQUESTS, truncate
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import MediaInfo, Rejected, Transient

MAX_REDIRECTS = 3
MAX_SECONDS = 20.0
"""The most that one download may take in all, however steadily it drips."""
PROBED_BYTES = 64 * 1024
"""How much of the beginning `MediaFetcher.probe` looks at."""
OK, PARTIAL, RANGE_NOT_SATISFIABLE = 200, 206, 416


@dataclass(frozen=True, slots=True)
class Image:
    """An image as it was downloaded."""

    content_type: str
    content: bytes = field(repr=False)


class MediaFetcher:
    """Reads media through a client that refuses addresses which are not public (see `network`)."""

    def __init__(self, client: httpx.Client, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic

    def fetch(self, url: str, *, max_bytes: int) -> Image:
        """Download the image at ``url``.

        Raises:
            Transient: its server cannot be reached, or has a problem.
            Rejected: it is not an image, is too large, is not there, or is at an address that must not be called.
        """
        with self._opened("GET", url, "image") as response:
            _demand(response, url, "image", OK)
            content_type = _content_type(response)
            if content_type not in media_format.IMAGE_TYPES or _is_encoded(response):
                raise Rejected("media_refused", f"What is at {_shown(url)} is not an image that can be posted.")
            content = bytearray()
            for chunk in self._body(response, url, "image"):
                content += chunk
                if len(content) > max_bytes:
                    raise Rejected("media_too_large", f"The image at {_shown(url)} is larger than {max_bytes:,} bytes.")
            return Image(content_type, bytes(content))

    def probe(self, url: str) -> MediaInfo:
        """Find out what is at ``url`` from its headers and its beginning.

        Raises:
            Transient: its server cannot be reached, or has a problem.
            Rejected: it is neither image nor video, is not there, or is at an address that must not be called.
        """
        size = None
        with self._opened("HEAD", url, "file") as response:
            # Servers that do not know HEAD, and addresses that are signed for GET alone, are asked by GET.
            if response.status_code == OK and not _is_encoded(response):
                size = _length(response)
        with self._opened("GET", url, "file", Range=f"bytes=0-{PROBED_BYTES - 1}") as response:
            if response.status_code == RANGE_NOT_SATISFIABLE:
                raise Rejected("media_refused", f"The file at {_shown(url)} is empty.")
            _demand(response, url, "file", OK, PARTIAL)
            if _is_encoded(response):
                raise Rejected("media_refused", f"The file at {_shown(url)} is sent compressed; give the file itself.")
            content_type = _content_type(response)
            size = (_total(response) if response.status_code == PARTIAL else _length(response)) or size
            beginning = self._piece(response, url, 0, PROBED_BYTES)
        if not content_type.startswith(("image/", "video/")):
            content_type = media_format.content_type(beginning) or content_type
        if not content_type.startswith(("image/", "video/")):
            raise Rejected("media_refused", f"What is at {_shown(url)} is neither an image nor a video.")
        if size is None and len(beginning) < PROBED_BYTES:
            size = len(beginning)
        found = media_format.dimensions(beginning)
        return MediaInfo(url, content_type, size, found.width, found.height, found.duration_seconds)

    def read(self, url: str, *, start: int, length: int) -> bytes:
        """Return ``length`` bytes from the offset ``start`` on, of a file that is known to have as many.

        A server that knows no ranges sends the file from its beginning; what comes before ``start`` is thrown away.

        Raises:
            Transient: its server cannot be reached, or has a problem.
            Rejected: it has fewer bytes than it had, is not there, or is at an address that must not be called.
        """
        wanted = f"bytes={start}-{start + length - 1}"
        changed = Rejected("media_changed", f"The file at {_shown(url)} was changed while it was being posted.")
        with self._opened("GET", url, "file", Range=wanted) as response:
            if response.status_code == RANGE_NOT_SATISFIABLE:
                raise changed
            _demand(response, url, "file", OK, PARTIAL)
            partial = response.status_code == PARTIAL
            total = _total(response) if partial else _length(response)
            if _is_encoded(response) or (total is not None and total < start + length):
                raise changed
            if partial and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                raise Transient("media_unavailable", f"The server of {_shown(url)} sent another part than was wanted.")
            piece = self._piece(response, url, 0 if partial else start, length)
        if len(piece) < length:
            raise changed
        return piece

    def _piece(self, response: httpx.Response, url: str, skip: int, length: int) -> bytes:
        """Return up to ``length`` bytes of the answer after its first ``skip``, and leave the rest unread."""
        pieces, missing = [], length
        for chunk in self._body(response, url, "file"):
            if not missing:
                break
            kept = chunk[skip : skip + missing]
            skip = max(skip - len(chunk), 0)
            if kept:
                pieces.append(kept)
                missing -= len(kept)
        return b"".join(pieces)

    def _body(self, response: httpx.Response, url: str, what: str) -> Iterator[bytes]:
        deadline = self._monotonic() + MAX_SECONDS
        for chunk in response.iter_raw():
            yield chunk
            if self._monotonic() > deadline:
                raise Transient("media_unavailable", f"The {what} at {_shown(url)} came too slowly.")

    @contextmanager
    def _opened(self, method: str, url: str, what: str, **headers: str) -> Iterator[httpx.Response]:
        """Send a request, follow redirects, and yield the answer with its body still to be read."""
        try:
            with self._answer(method, url, {"Accept-Encoding": "identity", **headers}) as response:
                if response.next_request is not None:
                    raise Rejected("media_unavailable", f"The {what} at {_shown(url)} is redirected too often.")
                yield response
        except AddressRefused:
            raise Rejected(
                "media_refused", f"The {what} at {_shown(url)} is not fetched: it has to be at a public https address."
            ) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Rejected("media_refused", f"The {what}'s address {_shown(url)} is not valid.") from error
        except httpx.HTTPError as error:
            raise Transient("media_unavailable", f"The {what} at {_shown(url)} could not be downloaded.") from error

    @contextmanager
    def _answer(self, method: str, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        request = self._client.build_request(method, url, headers=headers)
        for redirects_left in range(MAX_REDIRECTS, -1, -1):
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                if response.next_request is None or not redirects_left:
                    yield response
                    return
                request = response.next_request
            finally:
                response.close()


def media_key(url: str) -> str:
    """Return a short name for the media at ``url``, for use in a checkpoint.

    It is the same for every address of a file in S3: each attempt has one that is signed anew.
    """
    return sha256((_path(url) if _is_signed(url) else url).encode()).hexdigest()[:16]


def _demand(response: httpx.Response, url: str, what: str, *statuses: int) -> None:
    status = response.status_code
    if status >= 500 or status == TOO_MANY_REQUESTS:
        raise Transient("media_unavailable", f"The server of the {what} at {_shown(url)} answered HTTP {status}.")
    if status not in statuses:
        raise Rejected("media_unavailable", f"The {what} at {_shown(url)} is not there (HTTP {status}).")


def _content_type(response: httpx.Response) -> str:
    value: str = response.headers.get("Content-Type", "")
    return value.partition(";")[0].strip().lower()


def _is_encoded(response: httpx.Response) -> bool:
    return bool(response.headers.get("Content-Encoding", "identity") != "identity")


def _length(response: httpx.Response) -> int | None:
    return _number(response.headers.get("Content-Length", ""))


def _total(response: httpx.Response) -> int | None:
    return _number(response.headers.get("Content-Range", "").rpartition("/")[2])


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _shown(url: str) -> str:
    """Return ``url`` without what may be secret in it: the query, and a user's password.

    Of a file of the library, which its owner never saw an address of, the name.
    """
    address = _path(url)
    if _is_signed(url):
        return truncate(address.rpartition("/")[2])
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return truncate(f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}")


def _path(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]


def _is_signed(url: str) -> bool:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    return "X-Amz-Signature=" in url.partition("?")[2]

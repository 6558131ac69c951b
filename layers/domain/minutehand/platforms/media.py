"""Download a post's images and videos, or parts of the files, from their URLs."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from minutehand.platforms import media_format
from minutehand.platforms.deadline import progress, time_limit, user_server
from minutehand.platforms.errors import PublishError, Rejected, Transient
from minutehand.platforms.exchange import TOO_MANY_REQUESTS, truncate
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import MediaInfo
from minutehand.platforms.response_body import compressions

MAX_REDIRECTS = 3
MAX_SECONDS = 20.0
"""The time limit for one download, which applies even while bytes keep arriving."""
PROBED_BYTES = 64 * 1024
"""The maximum number of bytes that `MediaFetcher.probe` reads from the beginning of a file."""
MAX_HEAD_SECONDS = 1.0
"""The time limit for a request for the size of a file. The author of a post may be waiting for the response."""
IMAGE, VIDEO = {"image/": "an image"}, {"video/": "a video"}
OK, PARTIAL, RANGE_NOT_SATISFIABLE = 200, 206, 416


@dataclass(frozen=True, slots=True)
class Image:
    """A downloaded image."""

    content_type: str
    content: bytes = field(repr=False)


class RangeNotSent(Transient):
    """The server did not send the range of bytes that was requested."""


class MediaFetcher:
    """Downloads media through a guarded client (see `network`)."""

    def __init__(self, client: httpx.Client, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic

    def fetch(self, url: str, *, max_bytes: int) -> Image:
        """Download the image at ``url``. At most ``max_bytes`` plus one received block are read.

        Raises:
            Transient: the server cannot be reached, failed, or took too long.
            Rejected: the file is not an image of a supported type, is too large, is sent compressed or is not
                available, or its URL is not valid or not public.
        """
        with self._opened("GET", url, "image") as response:
            _require_status(response, url, "image", OK)
            _require_uncompressed(response, url)
            content = bytearray()
            for chunk in self._body(response, url, "image"):
                content += chunk
                if len(content) > max_bytes:
                    raise Rejected(
                        "media_too_large",
                        f"The image at {_display(url)} is larger than {max_bytes:,} bytes. Use a smaller image.",
                    )
        content_type = _media_type(bytes(content[:PROBED_BYTES]), url, IMAGE)
        if content_type not in media_format.IMAGE_TYPES:
            raise Rejected(
                "media_refused",
                f"The file at {_display(url)} has the type {content_type}. Minutehand uploads "
                f"{media_format.IMAGE_TYPE_NAMES}.",
            )
        return Image(content_type, bytes(content))

    def probe(self, url: str) -> MediaInfo:
        """Return the type, the dimensions and the duration of the file at ``url``, as its first bytes state them. Also
        return the file's size if the server reports the size.

        Only the content decides the type of the file. The type that the server states is ignored, because many servers
        state a wrong type.

        Raises:
            Transient: the server cannot be reached, failed, or took too long.
            Rejected: the file is neither an image nor a video, is sent compressed or is not available, or its URL is
                not valid or not public.
        """
        try:
            beginning, size = self._beginning(url, Range=f"bytes=0-{PROBED_BYTES - 1}")
        except RangeNotSent:
            beginning, size = self._beginning(url)
        content_type = _media_type(beginning, url, IMAGE | VIDEO)
        if size is None:
            size = self._size_from_head(url, len(beginning))
        found = media_format.dimensions(beginning)
        return MediaInfo(url, content_type, size, found.width, found.height, found.duration_seconds)

    def read(self, url: str, *, start: int, length: int) -> bytes:
        """Return ``length`` bytes from offset ``start``. A file that is too short, or is now sent compressed, counts as
        changed.

        A server without support for ranges sends the whole file. The bytes before ``start`` are then discarded, and the
        bytes after the range are not read.

        Raises:
            Transient: the server cannot be reached, failed, or took too long.
            Rejected: the file has changed or is not available, or its URL is not valid or not public.
        """
        try:
            return self._range(url, start, length, Range=f"bytes={start}-{start + length - 1}")
        except RangeNotSent:
            return self._range(url, start, length)

    def _range(self, url: str, start: int, length: int, **headers: str) -> bytes:
        """Return ``length`` bytes from offset ``start``, from the response to a request with ``headers``.

        Raises:
            RangeNotSent: ``headers`` contain a range, and the server does not send it.
            Transient, Rejected: see `read`.
        """
        reason = f"The file at {_display(url)} changed while it was being posted. Retry the post."
        changed = Rejected("media_changed", reason)
        with self._opened("GET", url, "file", **headers) as response:
            if response.status_code == RANGE_NOT_SATISFIABLE:
                total = _total(response)
                raise changed if not headers or (total is not None and total < start + length) else _range_not_sent(url)
            _require_status(response, url, "file", OK, PARTIAL)
            partial = response.status_code == PARTIAL
            total = _total(response) if partial else _length(response)
            if compressions(response) or (total is not None and total < start + length):
                raise changed
            if partial:
                _require_range_from(start, response, url)
            data = self._read(response, url, 0 if partial else start, length)
        if len(data) < length:
            raise changed
        return data

    def _beginning(self, url: str, **headers: str) -> tuple[bytes, int | None]:
        """Return the first bytes of the file at ``url``, and the size of the file if the response states it.

        Raises:
            RangeNotSent: ``headers`` contain a range, and the server does not send it. Some servers refuse any range.
            Transient, Rejected: see `probe`.
        """
        with self._opened("GET", url, "file", **headers) as response:
            if response.status_code == RANGE_NOT_SATISFIABLE:
                raise _range_not_sent(url) if headers else _empty(url)
            _require_status(response, url, "file", OK, PARTIAL)
            _require_uncompressed(response, url)
            partial = response.status_code == PARTIAL
            if partial:
                _require_range_from(0, response, url)
            size = _total(response) if partial else _length(response)
            beginning = self._read(response, url, 0, PROBED_BYTES)
        is_whole = not partial and len(beginning) < PROBED_BYTES
        return beginning, len(beginning) if size is None and is_whole else size

    def _size_from_head(self, url: str, min_bytes: int) -> int | None:
        """Return the size that the server reports in response to HEAD, or None.

        Failures are ignored, because the size is optional. Some servers refuse, drop or never answer a HEAD request,
        and a URL may be signed only for GET. A size below ``min_bytes``, the number of bytes already read, must be
        wrong, so it is ignored.
        """
        try:
            with time_limit(MAX_HEAD_SECONDS), self._opened("HEAD", url, "file") as response:
                if response.status_code != OK or compressions(response):
                    return None
                size = _length(response)
        except PublishError:
            return None
        return size if size is not None and size >= min_bytes else None

    def _read(self, response: httpx.Response, url: str, skip: int, length: int) -> bytes:
        """Return up to ``length`` bytes of the body after its first ``skip`` bytes, and leave the remaining bytes
        unread.
        """
        blocks, missing = [], length
        for chunk in self._body(response, url, "file"):
            if not missing:
                break
            kept = chunk[skip : skip + missing]
            skip = max(skip - len(chunk), 0)
            if kept:
                blocks.append(kept)
                missing -= len(kept)
        return b"".join(blocks)

    def _body(self, response: httpx.Response, url: str, what: str) -> Iterator[bytes]:
        deadline = self._monotonic() + MAX_SECONDS
        for chunk in response.iter_raw():
            progress(len(chunk))
            yield chunk
            if self._monotonic() > deadline:
                raise Transient("media_unavailable", f"The download of the {what} at {_display(url)} took too long.")

    @contextmanager
    def _opened(self, method: str, url: str, what: str, **headers: str) -> Iterator[httpx.Response]:
        """Send a request, follow redirects, and yield the response with its body unread."""
        try:
            with user_server(), self._response(method, url, headers) as response:
                if response.next_request is not None:
                    reason = f"The {what} at {_display(url)} has more than {MAX_REDIRECTS} redirects. Use a direct URL."
                    raise Rejected("media_unavailable", reason)
                yield response
        except AddressRefused:
            raise Rejected(
                "media_refused",
                f"The URL {_display(url)} of the {what} is not a public https address. Use a public https address.",
            ) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Rejected(
                "media_refused", f"The URL {_display(url)} of the {what} is not valid. Correct it."
            ) from error
        except httpx.HTTPError as error:
            raise Transient("media_unavailable", f"The {what} at {_display(url)} could not be downloaded.") from error

    @contextmanager
    def _response(self, method: str, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
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
    """Return a short key that identifies the media item at ``url`` in a checkpoint.

    Each attempt receives a new signed URL of an S3 object. All signed URLs of one object therefore have the same key.
    """
    return sha256((_path(url) if _is_signed(url) else url).encode()).hexdigest()[:16]


def _require_status(response: httpx.Response, url: str, what: str, *statuses: int) -> None:
    status = response.status_code
    if status >= 500 or status == TOO_MANY_REQUESTS:
        raise Transient("media_unavailable", f"The server of the {what} at {_display(url)} returned HTTP {status}.")
    if status not in statuses:
        reason = f"The {what} at {_display(url)} is not available (HTTP {status}). Check the URL."
        raise Rejected("media_unavailable", reason)


def _media_type(beginning: bytes, url: str, wanted: Mapping[str, str]) -> str:
    """Return the type of the file that begins with ``beginning``.

    ``wanted`` maps the beginning of each accepted type, such as ``image/``, to a name for messages.

    Raises:
        Rejected: the file is empty, or has another type.
    """
    if not beginning:
        raise _empty(url)
    content_type = media_format.content_type(beginning)
    if content_type is None or not content_type.startswith(tuple(wanted)):
        found = f"the type {content_type}" if content_type else "an unknown type"
        names = " or ".join(wanted.values())
        raise Rejected("media_refused", f"The file at {_display(url)} has {found}. Give the URL of {names}.")
    return content_type


def _empty(url: str) -> Rejected:
    return Rejected("media_refused", f"The file at {_display(url)} is empty. Use another file.")


def _require_uncompressed(response: httpx.Response, url: str) -> None:
    if named := compressions(response):
        raise Rejected(
            "media_refused",
            f"The server sends the file at {_display(url)} compressed (Content-Encoding: {named[0]}). Use a server "
            "that sends it without compression.",
        )


def _require_range_from(start: int, response: httpx.Response, url: str) -> None:
    if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
        raise _range_not_sent(url)


def _range_not_sent(url: str) -> RangeNotSent:
    return RangeNotSent("media_unavailable", f"The server of {_display(url)} did not return the requested byte range.")


def _length(response: httpx.Response) -> int | None:
    return _number(response.headers.get("Content-Length", ""))


def _total(response: httpx.Response) -> int | None:
    return _number(response.headers.get("Content-Range", "").rpartition("/")[2])


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _display(url: str) -> str:
    """Return ``url`` for a message, without the parts that may be secret: the query, the user name and the password.

    For an item of the media library, return only the file name, because people do not know its signed URL.
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

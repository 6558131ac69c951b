"""Downloads the images of a post from the addresses that its author gave."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from minutehand.platforms.exchange import TOO_MANY_REQUESTS, shorten
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import Rejected, Transient

MAX_REDIRECTS = 3
MAX_SECONDS = 20.0
"""The most that one download may take in all, however steadily it drips."""
IMAGE_TYPES = frozenset(
    ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif"]
)


@dataclass(frozen=True, slots=True)
class Image:
    """An image as it was downloaded."""

    content_type: str
    content: bytes = field(repr=False)


class MediaFetcher:
    """Fetches images through a client that refuses addresses which are not public (see `network`)."""

    def __init__(self, client: httpx.Client, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic

    def fetch(self, url: str, *, max_bytes: int) -> Image:
        """Download the image at ``url``.

        Raises:
            Transient: its server cannot be reached, or has a problem.
            Rejected: it is not an image, is too large, is not there, or is at an address that must not be called.
        """
        deadline = self._monotonic() + MAX_SECONDS
        try:
            request = self._client.build_request("GET", url, headers={"Accept-Encoding": "identity"})
            for _ in range(MAX_REDIRECTS + 1):
                response = self._client.send(request, stream=True, follow_redirects=False)
                try:
                    if response.next_request is None:
                        return self._image(response, url, max_bytes, deadline)
                    request = response.next_request
                finally:
                    response.close()
        except AddressRefused:
            raise Rejected(
                "media_refused", f"The image at {_shown(url)} is not fetched: it has to be at a public https address."
            ) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Rejected("media_refused", f"The image's address {_shown(url)} is not valid.") from error
        except httpx.HTTPError as error:
            raise Transient("media_unavailable", f"The image at {_shown(url)} could not be downloaded.") from error
        raise Rejected("media_unavailable", f"The image at {_shown(url)} is redirected too often.")

    def _image(self, response: httpx.Response, url: str, max_bytes: int, deadline: float) -> Image:
        status = response.status_code
        if status >= 500 or status == TOO_MANY_REQUESTS:
            raise Transient("media_unavailable", f"The server of the image at {_shown(url)} answered HTTP {status}.")
        if status != 200:
            raise Rejected("media_unavailable", f"The image at {_shown(url)} is not there (HTTP {status}).")
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if content_type not in IMAGE_TYPES or response.headers.get("Content-Encoding", "identity") != "identity":
            raise Rejected("media_refused", f"What is at {_shown(url)} is not an image that can be posted.")
        content = bytearray()
        for chunk in response.iter_raw():
            content += chunk
            if len(content) > max_bytes:
                raise Rejected("media_too_large", f"The image at {_shown(url)} is larger than {max_bytes:,} bytes.")
            if self._monotonic() > deadline:
                raise Transient("media_unavailable", f"The image at {_shown(url)} came too slowly.")
        return Image(content_type, bytes(content))


def media_key(url: str) -> str:
    """Return a short name for the media at ``url``, for use in a checkpoint."""
    return sha256(url.encode()).hexdigest()[:16]


def _shown(url: str) -> str:
    """Return ``url`` without what may be secret in it: the query, and a user's password."""
    address = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return shorten(f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}")

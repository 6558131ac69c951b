"""Fetches the pages and the images of link cards, within a time limit. A post can be published without its card, so a
failed fetch raises no error.
"""

import re
import time
from typing import Self

import httpx
from aws_lambda_powertools.logging import Logger

from minutehand.link_cards.page import parse
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.errors import PublishError
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import AddressRefused, guarded_client
from minutehand.platforms.port import LinkCard

MAX_PAGE_BYTES = 256 * 1024
"""The maximum number of bytes of a page that are read. Meta elements are usually near the beginning of a page."""
MAX_IMAGE_BYTES = 1_000_000
"""The maximum size of the image of a card on Bluesky (lexicon app.bsky.embed.external)."""
MAX_REDIRECTS = 3
PHASE_TIMEOUT_SECONDS = 2.0
OK = 200
_CHARSET = re.compile(r"charset=[\"']?([a-z0-9_-]{1,40})", re.IGNORECASE)
_WEB_ENCODING = re.compile(
    r"utf-?(8|16([lb]e)?)|(us-)?ascii|iso-8859-\d{1,2}|latin-?1|(windows-|cp)\d{3,4}|koi8-[ru]|macintosh"
    r"|shift[_-]jis|sjis|euc-(jp|kr)|iso-2022-jp|gb(2312|k|18030)|big5(-hkscs)?",
    re.IGNORECASE,
)
"""The encodings that web pages may declare (https://encoding.spec.whatwg.org). Python also has decoders that can take
quadratic time.
"""

logger = Logger(child=True)


class CardFetcher:
    """Fetches link cards through an HTTP client."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._media = MediaFetcher(client)

    @classmethod
    def guarded(cls, *, private_networks: bool) -> Self:
        """Return a fetcher that calls only public addresses, unless ``private_networks`` is set."""
        client = guarded_client(private_networks=private_networks)
        client.timeout = httpx.Timeout(PHASE_TIMEOUT_SECONDS)
        return cls(client)

    def fetch(self, url: str, *, seconds: float) -> LinkCard | None:
        """Return the card of the page at ``url``, or None if it has no title or cannot be read within ``seconds``.

        No error is raised.
        """
        try:
            with time_limit(seconds):
                html = self._page(url, time.monotonic() + seconds)
                page = parse(html, url) if html else None
                if page is None:
                    return None
                image = self._image(page.image)
                return LinkCard(url, page.title, page.description, *image)
        except (httpx.HTTPError, httpx.InvalidURL, AddressRefused, UnicodeError):
            return None
        except Exception:  # an untrusted page or server can cause any error
            logger.exception("a link card could not be fetched")
            return None

    def _page(self, url: str, ends_at: float) -> str | None:
        request = self._client.build_request("GET", url, headers={"Accept": "text/html"})
        for _ in range(MAX_REDIRECTS + 1):
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                if response.next_request is None:
                    return _text(response, ends_at)
                request = response.next_request
            finally:
                response.close()
        return None

    def _image(self, url: str | None) -> tuple[bytes | None, str]:
        """Return the image and its type. If there is no URL or the image cannot be fetched, return None and an empty
        type.
        """
        if url is not None:
            try:
                image = self._media.fetch(url, max_bytes=MAX_IMAGE_BYTES)
            except PublishError:
                return None, ""
            return image.content, image.content_type
        return None, ""


def _text(response: httpx.Response, ends_at: float) -> str | None:
    content_type = response.headers.get("Content-Type", "").lower()
    encoded = response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity")
    if response.status_code != OK or encoded or not content_type.startswith(("text/html", "application/xhtml+xml")):
        return None
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) >= MAX_PAGE_BYTES or time.monotonic() > ends_at:
            break
    page = bytes(content[:MAX_PAGE_BYTES])
    declared = _CHARSET.search(content_type) or _CHARSET.search(page[:1_024].decode("ascii", "ignore"))
    encoding = declared[1] if declared and _WEB_ENCODING.fullmatch(declared[1]) else "utf-8"
    try:
        return page.decode(encoding, "replace")
    except LookupError:  # the page names an encoding that does not exist
        return page.decode("utf-8", "replace")

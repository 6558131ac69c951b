"""Fetching link cards, which never fails."""

import time
from collections.abc import Callable

import httpx
import pytest

from local.simulator.sample_image import png
from minutehand.link_cards.fetcher import MAX_IMAGE_BYTES, MAX_PAGE_BYTES, CardFetcher
from minutehand.platforms.port import LinkCard

PNG = png()
URL = "https://ex.am/a"
PAGE = '<title>Kiln</title><meta name="description" content="Wärme"><meta property="og:image" content="/kiln.png">'


def served(
    content: bytes | str, status: int = 200, content_type: str = "text/html; charset=utf-8", encoding: str = "identity"
) -> httpx.Response:
    body = content.encode() if isinstance(content, str) else content
    headers = {"Content-Type": content_type, "Content-Encoding": encoding}
    return httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)


type Respond = Callable[[httpx.Request], httpx.Response]


def card(respond: Respond, url: str = URL) -> LinkCard | None:
    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        return CardFetcher(client).fetch(url, seconds=5)


def site(page: httpx.Response | Exception, image: httpx.Response | None = None) -> Respond:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/kiln.png":
            return image or httpx.Response(404)
        if isinstance(page, Exception):
            raise page
        return page

    return respond


def test_card_has_the_title_the_description_and_the_image_of_the_page() -> None:
    # The bytes decide the type of the image.
    found = card(site(served(PAGE), served(PNG, content_type="text/plain")))

    assert found == LinkCard(URL, "Kiln", "Wärme", PNG, "image/png")


@pytest.mark.parametrize(
    "image",
    [
        httpx.Response(404),
        served("<html>"),
        served(PNG + b"\0" * MAX_IMAGE_BYTES),
        httpx.Response(302, headers={"Location": "/kiln.png"}),
    ],
)
def test_card_without_a_usable_image_has_no_image(image: httpx.Response) -> None:
    found = card(site(served(PAGE), image))

    assert found == LinkCard(URL, "Kiln", "Wärme")


@pytest.mark.parametrize(
    "page",
    [
        served(PAGE, 404),
        served(PAGE, content_type="application/json"),
        served(PAGE, encoding="gzip"),
        served("<html>No title</html>"),
        httpx.Response(302, headers={"Location": URL}),
        httpx.Response(302, headers={"Location": "https://["}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("late"),
        ValueError("anything"),
    ],
)
def test_page_that_cannot_be_read_has_no_card(page: httpx.Response | Exception) -> None:
    assert card(site(page)) is None


@pytest.mark.parametrize(
    "url", ["https://", "https://[::1", "ftp://ex.am", "https://ex.am:99999", "https://xn--.am/\ud800"]
)
def test_address_that_is_not_valid_has_no_card(url: str) -> None:
    assert card(lambda _: httpx.Response(404), url) is None


def test_only_the_beginning_of_a_page_is_read() -> None:
    long = served(" " * MAX_PAGE_BYTES + PAGE)

    assert card(site(long)) is None


def test_page_is_decoded_by_its_charset() -> None:
    page = served("<title>Wärme</title>".encode("latin-1"), content_type="text/html; charset=ISO-8859-1")

    assert card(site(page)) == LinkCard(URL, "Wärme", "")


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "zip", "no-such-charset"])
def test_page_with_an_encoding_that_is_none_of_the_web_is_read_as_utf8(charset: str) -> None:
    """Decoding a page of 256 KB as Punycode takes four seconds."""
    html = f"<title>Wärme</title>{'a' * 125_000}-{'a' * 125_000}".encode()
    started = time.process_time()

    assert card(site(served(html, content_type=f"text/html; charset={charset}"))) == LinkCard(URL, "Wärme", "")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/a", "https://127.0.0.1:1/a", "https://169.254.169.254/latest", "https://localhost/"]
)
def test_private_address_is_not_called(url: str) -> None:
    assert CardFetcher.guarded(private_networks=False).fetch(url, seconds=1) is None

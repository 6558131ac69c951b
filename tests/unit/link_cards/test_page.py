"""The title, description and image of a page."""

import time

import pytest

from minutehand.link_cards.page import Page, parse

URL = "https://ex.am/a/b"


@pytest.mark.parametrize(
    ("html", "page"),
    [
        ("<title>Kiln &amp; glaze</title>", Page("Kiln & glaze", "", None)),
        ('<html><head><title lang="en">\n Kiln \n</title>', Page("Kiln", "", None)),
        (
            '<meta property="og:title" content="A > B &quot;C&quot;"><meta name="description" content="D">',
            Page('A > B "C"', "D", None),
        ),
        ("<META CONTENT='Kiln' PROPERTY='og:title' />", Page("Kiln", "", None)),
        ("<meta property=og:title content=Kiln>", Page("Kiln", "", None)),
        ('<meta property="og:title" content="A"><meta property="og:title" content="B">', Page("A", "", None)),
        (
            '<meta name="twitter:title" content="A"><meta name="twitter:image" content="c.png">',
            Page("A", "", "https://ex.am/a/c.png"),
        ),
        ('<title>A</title><meta property="og:image" content="/c.png">', Page("A", "", "https://ex.am/c.png")),
        ('<title>A</title><meta property="og:image" content="//cdn.am/c.png">', Page("A", "", "https://cdn.am/c.png")),
        ('<title>A</title><meta property="og:image" content="data:image/png;base64,AA">', Page("A", "", None)),
        ('<title>A</title><meta property="og:image" content="file:///etc/passwd">', Page("A", "", None)),
        ('<title>A</title><meta property="og:image" content="https://[">', Page("A", "", None)),
        ("<title>A\u202e\x00B</title>", Page("A B", "", None)),
        ("<title>" + "x" * 500 + "</title>", Page("x" * 300, "", None)),
        ("<title> </title>", None),
        ('<meta property="og:description" content="D">', None),
        ("<meta <title>A</title>", Page("A", "", None)),
        ('<meta content="', None),
        ("", None),
    ],
)
def test_card_shows_the_open_graph_properties_or_the_title(html: str, page: Page | None) -> None:
    assert parse(html, URL) == page


UNITS = [
    "<",
    "<meta ",
    "<meta a",
    '<meta a="',
    "<meta '",
    "<title",
    "<title ",
    "<title>",
    "<!--",
    "&",
    '"',
    "<meta a=b ",
    "a=",
    "<meta ==",
]


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_page_is_read_within_a_second(unit: str) -> None:
    began = time.process_time()

    parse(unit * (256 * 1024 // len(unit)), URL)

    assert time.process_time() - began < 1

"""The title, the description and the image of a web page, from the elements ``meta`` and ``title``.

Every owner can name any page, so a hostile page must not block the function. `html.parser` takes quadratic time for
some malformed pages. The regular expressions in this module take linear time, because all repetitions are possessive
or short.
"""

from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

import regex

MAX_TITLE_CHARACTERS, MAX_DESCRIPTION_CHARACTERS = 300, 1_000

_META = regex.compile(r"<meta\s((?:[^<>\"']|\"[^\"]{0,4000}+\"|'[^']{0,4000}+'){1,100}+)>", regex.IGNORECASE)
_ATTRIBUTE = regex.compile(r"([a-z:_-]{1,40}+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", regex.IGNORECASE)
_TITLE = regex.compile(r"<title(?:\s[^<>]{0,200}+)?>([^<]{0,4000}+)", regex.IGNORECASE)


class Page(NamedTuple):
    """The facts about a page that a link card shows. ``image`` is an address, or None if the page has no image."""

    title: str
    description: str
    image: str | None


def parse(html: str, url: str) -> Page | None:
    """Return the facts about the page at ``url``, whose text is ``html``, or None if the page has no title.

    Open Graph's properties take precedence: https://ogp.me
    """
    found: dict[str, str] = {}
    for match in _META.finditer(html):
        attributes = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(match[1])}
        name, content = attributes.get("property") or attributes.get("name"), attributes.get("content")
        if name and content:
            found.setdefault(name.lower(), content)
    title = _TITLE.search(html)
    shown = _line(found.get("og:title") or found.get("twitter:title") or (unescape(title[1]) if title else ""))
    if not shown:
        return None
    description = _line(found.get("og:description") or found.get("description") or "")
    image = found.get("og:image") or found.get("og:image:url") or found.get("twitter:image")
    return Page(shown[:MAX_TITLE_CHARACTERS], description[:MAX_DESCRIPTION_CHARACTERS], _address(image, url))


def _line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _address(image: str | None, url: str) -> str | None:
    if not image:
        return None
    try:
        address = urljoin(url, image.strip())
    except ValueError:
        return None
    return address if address.startswith(("https://", "http://")) else None

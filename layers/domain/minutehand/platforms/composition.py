"""The content of a post for one platform: the variant, the options, and the parts of a thread or a first comment."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.content import Content

THREAD = "thread"
"""The option that contains the later parts of a thread. Each part is a string, or an object with content and,
optionally, mediaUrls and altTexts.
"""
FIRST_COMMENT = "firstComment"
"""The option that contains the text of a comment under the post. A post with a thread has no first comment."""

type LaterPart = Mapping[str, Any]


def part_count(post: Mapping[str, Any], platform: str) -> int:
    """Return the number of parts of ``post`` on ``platform``, including the first part."""
    return 1 + len(_later_parts(post, platform))


def compose(post: Mapping[str, Any], platform: str, part: int = 1, reply_to: str | None = None) -> Content:
    """Return the content of part number ``part``, counted from 1, of ``post`` on ``platform``.

    ``post`` is a row with content, media_urls, alt_texts, platform_options and variants. ``reply_to`` is the remote id
    of the previous part.

    Raises:
        IndexError: the post no longer has a part with this number.
    """
    options = _options(post, platform)
    if part == 1:
        variant = post["variants"].get(platform, {})
        own = {
            name: _lines(value) if isinstance(value, str) else value
            for name, value in options.items()
            if name not in (THREAD, FIRST_COMMENT)
        }
        text, urls = variant.get("content", post["content"]), variant.get("mediaUrls", post["media_urls"])
        alt_texts = _alt_texts(urls, post["alt_texts"], variant.get("altTexts", {}))
        return Content(_lines(text), tuple(urls), alt_texts, own, reply_to)
    from minutehand.platforms.rulebook import rulebook_for  # imported late, because few posts have later parts

    later, inherited_names = _later_parts(post, platform)[part - 2], rulebook_for(platform).inherited_options
    inherited = {name: value for name, value in options.items() if name in inherited_names}
    urls = later.get("mediaUrls", ())
    alt_texts = _alt_texts(urls, post["alt_texts"], later.get("altTexts", {}))
    return Content(_lines(later["content"]), tuple(urls), alt_texts, inherited, reply_to)


def _lines(text: str) -> str:
    """Return ``text`` with LF as the only line ending. Forms in browsers send CRLF, which count as two
    characters.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _alt_texts(urls: Sequence[str], *levels: Mapping[str, str]) -> dict[str, str]:
    """Return the alternative texts of ``urls``, keyed by URL. If several ``levels`` have a text for a URL, the last one
    applies: the text of a variant or a part replaces the text of the post.

    The key of a text may be another spelling of the URL. A key that is equal to the URL takes precedence.
    """
    if not any(levels):
        return {}
    from minutehand.platforms.url_normalization import normal_form  # imported late, because few posts have alt texts

    found: dict[str, str] = {}
    for texts in levels:
        by_form = {normal_form(url): text for url, text in texts.items()}
        for url in urls:
            text = texts.get(url, by_form.get(normal_form(url)))
            if text is not None:
                found[url] = _lines(text)
    return found


def _options(post: Mapping[str, Any], platform: str) -> Mapping[str, Any]:
    options: Mapping[str, Any] = post["platform_options"].get(platform, {})
    return options


def _later_parts(post: Mapping[str, Any], platform: str) -> Sequence[LaterPart]:
    options = _options(post, platform)
    if thread := options.get(THREAD):
        return [{"content": part} if isinstance(part, str) else part for part in thread]
    return [{"content": comment}] if (comment := options.get(FIRST_COMMENT)) else []

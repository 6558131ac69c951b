"""What of a post goes to a platform: its variant there, its options, and the parts of a thread or a first comment."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for

THREAD = "thread"
"""The option that holds the parts after the first: texts, or objects with content, mediaUrls and altTexts."""
FIRST_COMMENT = "firstComment"
"""The option that holds the text of the comment under the post; a thread has none."""

type Part = Mapping[str, Any]


def part_count(post: Mapping[str, Any], platform: str) -> int:
    """Return in how many parts ``post`` goes to ``platform``; each part is a publication."""
    return 1 + len(_followers(post, platform))


def compose(post: Mapping[str, Any], platform: str, part: int = 1, reply_to: str | None = None) -> Content:
    """Return what goes to ``platform``: of a thread, part number ``part``, counted from 1.

    ``post``: a row with content, media_urls, alt_texts, platform_options and variants. ``reply_to``: the remote id of
    the part before.

    Raises:
        IndexError: the post does not have that part any more.
    """
    options = _options(post, platform)
    if part == 1:
        variant = post["variants"].get(platform, {})
        own = {name: value for name, value in options.items() if name not in (THREAD, FIRST_COMMENT)}
        text, urls = variant.get("content", post["content"]), variant.get("mediaUrls", post["media_urls"])
        return Content(text, tuple(urls), {**post["alt_texts"], **variant.get("altTexts", {})}, own, reply_to)
    later, carried_on = _followers(post, platform)[part - 2], rulebook_for(platform).inherited_options
    carried = {name: value for name, value in options.items() if name in carried_on}
    alt_texts = {**post["alt_texts"], **later.get("altTexts", {})}
    return Content(later["content"], tuple(later.get("mediaUrls", ())), alt_texts, carried, reply_to)


def _options(post: Mapping[str, Any], platform: str) -> Mapping[str, Any]:
    options: Mapping[str, Any] = post["platform_options"].get(platform, {})
    return options


def _followers(post: Mapping[str, Any], platform: str) -> Sequence[Part]:
    options = _options(post, platform)
    if thread := options.get(THREAD):
        return [{"content": part} if isinstance(part, str) else part for part in thread]
    return [{"content": comment}] if (comment := options.get(FIRST_COMMENT)) else []

"""Warnings about alternative texts that belong to no media item of a post, and are therefore never published."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from minutehand.platforms.composition import THREAD
from minutehand.posts.times import Notice
from minutehand.runtime.validation import shortened

CODE = "alt_text_unused"


def notices(post: Mapping[str, Any]) -> list[Notice]:
    """Return a warning for each ``altTexts`` object in ``post`` that contains a URL without a media item.

    ``post``: the row of a post, or the values of an unsaved post. The alternative texts of the post apply to all of its
    media items, including those of its variants and of the parts of its threads.
    """
    levels = list(_levels(post))
    return [_notice(field, unused) for field, texts, urls in levels if (unused := _unused(texts, urls))]


def _levels(post: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str], list[str]]]:
    """Yield the path, the texts and the media URLs of each ``altTexts`` object. The path names the object in the
    request.
    """
    own, everywhere = list(post["media_urls"]), list(post["media_urls"])
    for platform, variant in post["variants"].items():
        urls = variant.get("mediaUrls", own)
        everywhere += urls
        yield f"variants.{platform}.altTexts", variant.get("altTexts", {}), urls
    for platform, options in post["platform_options"].items():
        for number, part in enumerate(options.get(THREAD, [])):
            if isinstance(part, Mapping):
                urls = part.get("mediaUrls", [])
                everywhere += urls
                yield f"platformOptions.{platform}.{THREAD}[{number}].altTexts", part.get("altTexts", {}), urls
    yield "altTexts", post["alt_texts"], everywhere


def _unused(texts: Mapping[str, str], urls: Iterable[str]) -> list[str]:
    if not texts:
        return []
    from minutehand.platforms.url_normalization import normal_form  # imported late, because few posts have alt texts

    forms = {normal_form(url) for url in urls}
    return [url for url in texts if normal_form(url) not in forms]


def _notice(field: str, unused: list[str]) -> Notice:
    more = f" Other URLs in {field} without a media item: {len(unused) - 1}." if len(unused) > 1 else ""
    sentence = (
        f'{field} has a text for "{shortened(unused[0])}", but this URL is not among the media URLs to which {field} '
        f"applies.{more} Use the URLs in mediaUrls. Texts for other URLs are not published."
    )
    return Notice(field, CODE, sentence)

"""Splits a text into the plain and linked segments that the platform's website shows."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

URL = re.compile(r"(?<!\w)https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]]")
PROFILE = "https://bsky.app/profile/"
HASHTAG = "https://bsky.app/hashtag/"


def from_plain_text(text: str) -> list[dict[str, str]]:
    """Return the segments of ``text``, with each URL as a link, as on platforms that detect links."""
    segments, at = [], 0
    for match in URL.finditer(text):
        segments += [{"text": text[at : match.start()]}, {"text": match[0], "href": match[0]}]
        at = match.end()
    segments.append({"text": text[at:]})
    return [segment for segment in segments if segment["text"]]


def from_facets(text: str, facets: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the segments of ``text``, with only the ``facets`` as links, because Bluesky does not detect links.

    The offsets of facets count UTF-8 bytes.
    """
    raw, segments, at = text.encode(), [], 0
    for facet in sorted(facets, key=lambda facet: int(facet["index"]["byteStart"])):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        segments.append({"text": raw[at:start].decode(errors="replace")})
        segments.append({"text": raw[start:end].decode(errors="replace"), "href": _target(facet["features"][0])})
        at = end
    segments.append({"text": raw[at:].decode(errors="replace")})
    return [segment for segment in segments if segment["text"]]


def _target(feature: Mapping[str, Any]) -> str:
    match feature:
        case {"uri": str(uri)}:
            return uri
        case {"did": str(did)}:
            return PROFILE + did
        case _:
            return HASHTAG + str(feature.get("tag", ""))

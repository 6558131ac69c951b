"""A text cut into plain and linked pieces, as a platform's own page would show it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

URL = re.compile(r"(?<!\w)https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]]")
PROFILE = "https://bsky.app/profile/"
HASHTAG = "https://bsky.app/hashtag/"


def from_plain_text(text: str) -> list[dict[str, str]]:
    """Link the web addresses of ``text``, as a platform does that finds them itself."""
    pieces, at = [], 0
    for match in URL.finditer(text):
        pieces += [{"text": text[at : match.start()]}, {"text": match[0], "href": match[0]}]
        at = match.end()
    pieces.append({"text": text[at:]})
    return [piece for piece in pieces if piece["text"]]


def from_facets(text: str, facets: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Link what ``facets`` say and nothing else: Bluesky finds no links itself. Offsets count UTF-8 bytes."""
    raw, pieces, at = text.encode(), [], 0
    for facet in sorted(facets, key=lambda facet: int(facet["index"]["byteStart"])):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        pieces.append({"text": raw[at:start].decode(errors="replace")})
        pieces.append({"text": raw[start:end].decode(errors="replace"), "href": _target(facet["features"][0])})
        at = end
    pieces.append({"text": raw[at:].decode(errors="replace")})
    return [piece for piece in pieces if piece["text"]]


def _target(feature: Mapping[str, Any]) -> str:
    match feature:
        case {"uri": str(uri)}:
            return uri
        case {"did": str(did)}:
            return PROFILE + did
        case _:
            return HASHTAG + str(feature.get("tag", ""))

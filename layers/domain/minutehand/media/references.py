"""How posts refer to items of the media library: ``media:<id>`` wherever the address of a medium may stand."""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

PREFIX = "media:"
_REFERENCE = re.compile(r"media:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""Ids as we write them: one item has one name, so that it can be looked for."""
_TEXTS = frozenset(["content", "altTexts", "firstComment"])
"""Fields of variants and of parts of a thread that hold text of people, which may say anything."""


def url_of(media_id: UUID) -> str:
    """Return what a post writes for the item."""
    return f"{PREFIX}{media_id}"


def id_of(url: str) -> UUID | None:
    """Return the id in ``url``; None when it is no reference to an item, or not written as we write it."""
    found = _REFERENCE.fullmatch(url)
    return UUID(found[1]) if found else None


def named(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each reference within ``value``, anything that JSON can hold, with the path on which it stands."""
    if isinstance(value, str):
        if id_of(value) is not None:
            yield path, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from named(item, f"{path}[{index}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _TEXTS:
                yield from named(item, f"{path}.{key}" if path else str(key))

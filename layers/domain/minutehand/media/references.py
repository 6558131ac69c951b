"""References of posts to items of the media library: ``media:<id>`` wherever the address of a media item may stand.

A post is checked for them when it is written. Each attempt replaces them with addresses that are valid for an hour.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from minutehand.platforms.port import Content, MediaInfo, Rejected
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.validation import invalid

PREFIX = "media:"
_REFERENCE = re.compile(r"media:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""Ids as we write them: one item has one name, so that it can be looked for."""
_TEXTS = frozenset(["content", "altTexts", "firstComment"])
"""Fields of variants and of parts of a thread that hold text of people, which may say anything."""

type Sign = Callable[[str], str]
"""Gives an address for the key of an object, without asking anybody."""
type Owned = tuple[str, Content]
"""A content, and whose it is."""


def reference_to(media_id: UUID) -> str:
    """Return what a post writes for the item."""
    return f"{PREFIX}{media_id}"


def parse_reference(url: str) -> UUID | None:
    """Return the id in ``url``; None when it is no reference to an item, or not written as we write it."""
    found = _REFERENCE.fullmatch(url)
    return UUID(found[1]) if found else None


def find_references(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each reference within ``value``, anything that JSON can hold, with the path on which it stands."""
    if isinstance(value, str):
        if parse_reference(value) is not None:
            yield path, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from find_references(item, f"{path}[{index}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _TEXTS:
                yield from find_references(item, f"{path}.{key}" if path else str(key))


def media_info(db: Database, owner_id: str, urls: Iterable[str]) -> dict[str, MediaInfo]:
    """Return what is known of those of ``urls`` that name items of this owner. One query, or none."""
    ids = {url: media_id for url in urls if (media_id := parse_reference(url)) is not None}
    if not ids:
        return {}
    rows = db.fetch(_queries["facts"], ids=sorted(set(ids.values())), owner_id=owner_id)
    known = {row.pop("id"): row for row in rows}
    return {url: MediaInfo(url, **known[media_id]) for url, media_id in ids.items() if media_id in known}


def find_unusable(db: Database, owner_id: str, urls: Sequence[str]) -> list[str]:
    """Return those of ``urls``, references to items, that a post of this owner may not name. One query, or none.

    The others cannot be removed before the transaction ends, if there is one.
    """
    ids = {url: media_id for url in urls if (media_id := parse_reference(url)) is not None}
    if not ids:
        return []
    rows = db.fetch(_queries["usable"], ids=sorted(set(ids.values())), owner_id=owner_id)
    usable = {row["id"] for row in rows}
    return [url for url, media_id in ids.items() if media_id not in usable]


@contextmanager
def lock_referenced_items(db: Database, owner_id: str, fields: Mapping[str, object]) -> Iterator[None]:
    """Let a post be written inside whose ``fields``, by their names in the API, may name items.

    When they do, it is one transaction: no item that was there can be removed before the post that names it is written.

    Raises:
        InvalidInput: one of them may not be named; the error says where it stands.
    """
    found = list(find_references(fields))
    if not found:
        yield
        return
    with db.transaction():
        absent = set(find_unusable(db, owner_id, [url for _, url in found]))
        for path, url in found:
            if url in absent:
                sentence = f"{path} is {url}, which is not in your media library, or not completely uploaded."
                raise invalid(path, sentence, given=url, code="media_not_found")
        yield


def has_references(content: Content) -> bool:
    """Say whether ``content`` refers to the library."""
    return next(find_references([content.media_urls, content.options]), None) is not None


def resolve_references(db: Database, contents: Sequence[Owned], sign: Sign) -> list[Content]:
    """Return ``contents`` with addresses in the place of references, by one query for all of them, or none.

    A reference to what is not in the library of the content's owner stays; `require_resolved` tells.
    """
    wanted = {(owner_id, media_id) for owner_id, content in contents for media_id in _ids(content)}
    keys: dict[tuple[str, UUID], str] = {}
    if wanted:
        owners, ids = zip(*sorted(wanted), strict=True)
        rows = db.fetch(_queries["keys"], owner_ids=list(owners), ids=list(ids))
        keys = {(row["owner_id"], row["id"]): row["object_key"] for row in rows}
    return [_replaced(content, _own(owner_id, content, keys), sign) for owner_id, content in contents]


def require_resolved(content: Content) -> None:
    """Check that every reference of ``content`` was resolved.

    Raises:
        Rejected: an item is not in the library any more.
    """
    for _, url in find_references([content.media_urls, content.options]):
        raise Rejected("media_not_found", f"The file {url} is not in the media library any more.")


def _ids(content: Content) -> set[UUID]:
    found = (parse_reference(url) for _, url in find_references([content.media_urls, content.options]))
    return {media_id for media_id in found if media_id is not None}


def _own(owner_id: str, content: Content, keys: Mapping[tuple[str, UUID], str]) -> dict[UUID, str]:
    return {media_id: keys[owner_id, media_id] for media_id in _ids(content) if (owner_id, media_id) in keys}


def _replaced(content: Content, keys: Mapping[UUID, str], sign: Sign) -> Content:
    if not keys:
        return content
    addresses = {reference_to(media_id): sign(key) for media_id, key in keys.items()}
    return replace(
        content,
        media_urls=tuple(addresses.get(url, url) for url in content.media_urls),
        alt_texts={addresses.get(url, url): text for url, text in content.alt_texts.items()},
        options=_in_options(content.options, addresses),
    )


def _in_options(value: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return addresses.get(value, value)
    if isinstance(value, list):
        return [_in_options(item, addresses) for item in value]
    if isinstance(value, Mapping):
        return {key: _in_options(item, addresses) for key, item in value.items()}
    return value


_queries = sql.load(__package__)

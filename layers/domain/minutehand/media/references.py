"""References from posts to media items. Any field that accepts the URL of a media item also accepts ``media:<id>``.

References are checked when a post is saved. Each attempt replaces the references with URLs that are valid for an hour.
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
"""The pattern of a reference. Only one spelling of an id matches, so that a query can find all posts with an item.
"""
_TEXTS = frozenset(["content", "altTexts", "firstComment"])
"""The fields of variants and parts that hold free text, in which ``media:`` has no special meaning."""

type Sign = Callable[[str], str]
"""A function that returns a signed URL for an object key, without a network call."""
type Owned = tuple[str, Content]
"""An owner's id, and the content of one of the owner's posts."""


def reference_to(media_id: UUID) -> str:
    """Return the reference to a media item, as it appears in posts."""
    return f"{PREFIX}{media_id}"


def parse_reference(url: str) -> UUID | None:
    """Return the id in a reference, or None if ``url`` is not a reference in the accepted spelling."""
    found = _REFERENCE.fullmatch(url)
    return UUID(found[1]) if found else None


def find_references(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each reference in ``value``, which is any JSON value."""
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
    """Return the types, sizes and dimensions of this owner's items to which ``urls`` refer, with at most one query."""
    ids = {url: media_id for url in urls if (media_id := parse_reference(url)) is not None}
    if not ids:
        return {}
    rows = db.fetch(_queries["media_info"], ids=sorted(set(ids.values())), owner_id=owner_id)
    known = {row.pop("id"): row for row in rows}
    return {url: MediaInfo(url, **known[media_id]) for url, media_id in ids.items() if media_id in known}


def find_unusable(db: Database, owner_id: str, urls: Sequence[str]) -> list[str]:
    """Return the references in ``urls`` that a post of this owner may not use, with at most one query.

    In a transaction, the usable items cannot be deleted before the transaction ends.
    """
    ids = {url: media_id for url in urls if (media_id := parse_reference(url)) is not None}
    if not ids:
        return []
    rows = db.fetch(_queries["usable"], ids=sorted(set(ids.values())), owner_id=owner_id)
    usable = {row["id"] for row in rows}
    return [url for url, media_id in ids.items() if media_id not in usable]


@contextmanager
def lock_referenced_items(db: Database, owner_id: str, fields: Mapping[str, object]) -> Iterator[None]:
    """Lock the media items to which a post's ``fields`` refer, while the block saves the post.

    The field names are those of the API. If there are references, the block runs in a transaction, so that no item can
    be deleted before the post that uses it is saved.

    Raises:
        InvalidInput: the owner does not have an item, or the item's upload is not finished. The error names the field.
    """
    references = list(find_references(fields))
    if not references:
        yield
        return
    with db.transaction():
        unusable = set(find_unusable(db, owner_id, [url for _, url in references]))
        for path, url in references:
            if url in unusable:
                sentence = f"{path} is {url}, but your media library has no finished item with this id."
                raise invalid(path, sentence, given=url, code="media_not_found")
        yield


def has_references(content: Content) -> bool:
    """Return whether ``content`` refers to media items."""
    return next(find_references([content.media_urls, content.options]), None) is not None


def resolve_references(db: Database, contents: Sequence[Owned], sign: Sign) -> list[Content]:
    """Return ``contents`` with references replaced by signed URLs, using at most one query for all of them.

    A reference is not replaced if the owner of the content has no such item. `require_resolved` finds these references.
    """
    references = {(owner_id, media_id) for owner_id, content in contents for media_id in _ids(content)}
    keys: dict[tuple[str, UUID], str] = {}
    if references:
        owners, ids = zip(*sorted(references), strict=True)
        rows = db.fetch(_queries["keys"], owner_ids=list(owners), ids=list(ids))
        keys = {(row["owner_id"], row["id"]): row["object_key"] for row in rows}
    return [_replace_references(content, _keys_of(owner_id, content, keys), sign) for owner_id, content in contents]


def require_resolved(content: Content) -> None:
    """Check that every reference in ``content`` was replaced with a URL.

    Raises:
        Rejected: a referenced item is no longer in the library.
    """
    for _, url in find_references([content.media_urls, content.options]):
        raise Rejected("media_not_found", f"The media item {url} is no longer in the media library.")


def _ids(content: Content) -> set[UUID]:
    ids = (parse_reference(url) for _, url in find_references([content.media_urls, content.options]))
    return {media_id for media_id in ids if media_id is not None}


def _keys_of(owner_id: str, content: Content, keys: Mapping[tuple[str, UUID], str]) -> dict[UUID, str]:
    return {media_id: keys[owner_id, media_id] for media_id in _ids(content) if (owner_id, media_id) in keys}


def _replace_references(content: Content, keys: Mapping[UUID, str], sign: Sign) -> Content:
    if not keys:
        return content
    urls = {reference_to(media_id): sign(key) for media_id, key in keys.items()}
    return replace(
        content,
        media_urls=tuple(urls.get(url, url) for url in content.media_urls),
        alt_texts={urls.get(url, url): text for url, text in content.alt_texts.items()},
        options=_in_options(content.options, urls),
    )


def _in_options(value: Any, urls: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return urls.get(value, value)
    if isinstance(value, list):
        return [_in_options(item, urls) for item in value]
    if isinstance(value, Mapping):
        return {key: _in_options(item, urls) for key, item in value.items()}
    return value


_queries = sql.load(__package__)

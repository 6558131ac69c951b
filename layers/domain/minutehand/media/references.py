"""References from posts to media items.

Any field that accepts the URL of an image or a video also accepts ``media:<id>``. References are checked when a
post is saved. `minutehand.media.resolution` replaces them for each attempt.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.platforms.content import MediaInfo

PREFIX = "media:"
_REFERENCE = re.compile(r"media:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""The pattern of a reference. Only one spelling of an id matches, so that a query finds all posts that use the item."""
_TEXTS = frozenset(["content", "altTexts", "firstComment"])
"""The fields with free text, in which ``media:`` has no special meaning."""


def reference_to(media_id: UUID) -> str:
    """Return the reference to a media item, as it appears in posts."""
    return f"{PREFIX}{media_id}"


def parse_reference(url: str) -> UUID | None:
    """Return the id in a reference, or None if ``url`` is not a reference in the accepted spelling."""
    found = _REFERENCE.fullmatch(url)
    return UUID(found[1]) if found else None


def find_references(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each reference in ``value``, which is any JSON value. Fields with free text are
    skipped.
    """
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


def media_info(db: Database, owner_id: str, urls: Iterable[str]) -> "dict[str, MediaInfo]":
    """Return the facts about this owner's finished items to which ``urls`` refer, keyed by URL, with at most one
    query.
    """
    ids = {url: media_id for url in urls if (media_id := parse_reference(url)) is not None}
    if not ids:
        return {}
    from minutehand.platforms.content import MediaInfo  # imported late, because most posts have no media items

    rows = db.fetch(_queries["media_info"], ids=sorted(set(ids.values())), owner_id=owner_id)
    known = {row.pop("id"): row for row in rows}
    return {url: MediaInfo(url, **known[media_id]) for url, media_id in ids.items() if media_id in known}


def find_unusable(db: Database, owner_id: str, urls: Sequence[str]) -> list[str]:
    """Return the references in ``urls`` that a post of this owner may not use, with at most one query.

    If the call is made in a transaction, the usable items cannot be deleted before the transaction ends.
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
        InvalidInput: the owner does not have a referenced item, or its upload is not finished. The error names the
            field.
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


_queries = sql.load(__package__)

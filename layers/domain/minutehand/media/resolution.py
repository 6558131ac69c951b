"""Replaces the references in content with URLs that are valid for an hour, for one attempt at a publication."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from minutehand.media.references import find_references, parse_reference, reference_to
from minutehand.platforms.errors import Rejected
from minutehand.platforms.port import Content
from minutehand.runtime import sql
from minutehand.runtime.db import Database

type Sign = Callable[[str], str]
"""A function that returns a signed URL for an object key, without a network call."""
type Owned = tuple[str, Content]
"""An owner's id, and the content of one of the owner's posts."""


def has_references(content: Content) -> bool:
    """Return whether ``content`` refers to media items."""
    return next(find_references([content.media_urls, content.options]), None) is not None


def resolve_references(db: Database, contents: Sequence[Owned], sign: Sign) -> list[Content]:
    """Return ``contents`` with references replaced by signed URLs, using at most one query for all of them.

    A reference is not replaced if the owner of the content has no finished item with its id. `require_resolved` then
    raises an error.
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
        raise Rejected("media_not_found", f"The media item {url} is no longer in the media library. Use another item.")


def _ids(content: Content) -> set[UUID]:
    ids = (parse_reference(url) for _, url in find_references([content.media_urls, content.options]))
    return {media_id for media_id in ids if media_id is not None}


def _keys_of(owner_id: str, content: Content, keys: Mapping[tuple[str, UUID], str]) -> dict[UUID, str]:
    return {media_id: keys[owner_id, media_id] for media_id in _ids(content) if (owner_id, media_id) in keys}


def _replace_references(content: Content, keys: Mapping[UUID, str], sign: Sign) -> Content:
    if not keys:
        return content
    urls = {reference_to(media_id): sign(key) for media_id, key in keys.items()}
    return content._replace(
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

"""Addresses of library items for platforms: each is good for an hour, and made anew for each attempt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from minutehand.media.references import id_of, named, url_of
from minutehand.platforms.port import Content, Rejected
from minutehand.runtime import sql
from minutehand.runtime.db import Database

type Sign = Callable[[str], str]
"""Gives an address for the key of an object, without asking anybody."""
type Owned = tuple[str, Content]
"""A content, and whose it is."""


def names_items(content: Content) -> bool:
    """Say whether ``content`` refers to the library."""
    return next(named([content.media_urls, content.options]), None) is not None


def resolved(db: Database, contents: Sequence[Owned], sign: Sign) -> list[Content]:
    """Return ``contents`` with addresses in the place of references, by one query for all of them, or none.

    A reference to what is not in the library of the content's owner stays; `require` tells.
    """
    wanted = {(owner_id, media_id) for owner_id, content in contents for media_id in _ids(content)}
    keys: dict[tuple[str, UUID], str] = {}
    if wanted:
        owners, ids = zip(*sorted(wanted), strict=True)
        rows = db.fetch(_queries["keys"], owner_ids=list(owners), ids=list(ids))
        keys = {(row["owner_id"], row["id"]): row["object_key"] for row in rows}
    return [_replaced(content, _own(owner_id, content, keys), sign) for owner_id, content in contents]


def require(content: Content) -> None:
    """Check that every reference of ``content`` was resolved.

    Raises:
        Rejected: an item is not in the library any more.
    """
    for _, url in named([content.media_urls, content.options]):
        raise Rejected("media_not_found", f"The file {url} is not in the media library any more.")


def _ids(content: Content) -> set[UUID]:
    found = (id_of(url) for _, url in named([content.media_urls, content.options]))
    return {media_id for media_id in found if media_id is not None}


def _own(owner_id: str, content: Content, keys: Mapping[tuple[str, UUID], str]) -> dict[UUID, str]:
    return {media_id: keys[owner_id, media_id] for media_id in _ids(content) if (owner_id, media_id) in keys}


def _replaced(content: Content, keys: Mapping[UUID, str], sign: Sign) -> Content:
    if not keys:
        return content
    addresses = {url_of(media_id): sign(key) for media_id, key in keys.items()}
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

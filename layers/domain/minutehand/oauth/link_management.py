"""Creates, lists and revokes connect links."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict

from minutehand.oauth.connect_links import secret_hash
from minutehand.oauth.forms.links import LinkReference, NewLink, link_not_found
from minutehand.platforms.catalog import PlatformKey
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.limits import LOCK, limit_reached
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.response_types import Confirmation, Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

SECRET_BYTES = 32
MAX_LINKS = 100
"""The maximum number of an owner's links that are neither used nor expired."""

_queries = sql.load(__package__)


class ConnectLink(TypedDict):
    """A link with which a person without a login connects an account."""

    id: Uuid
    platforms: list[PlatformKey]
    redirectUri: str | None
    """The page to which the browser goes when the account is connected, or null for a page of Minutehand."""
    createdBy: str
    createdAt: Timestamp
    expiresAt: Timestamp
    usedAt: Timestamp | None


class CreatedLink(TypedDict):
    """A new connect link, with the address that contains its secret."""

    link: ConnectLink
    url: str | None
    """The address to send to the person, or null in the response to a repeated request."""


class LinkPage(TypedDict):
    """A page of connect links."""

    links: list[ConnectLink]
    pagination: Pagination


def create(
    db: Database, creator: Identity, new: NewLink, *, return_to: str | None, now: datetime
) -> tuple[ConnectLink, str]:
    """Create a link, and return it with its secret, which is not stored.

    Raises:
        Conflict: the owner has too many links that are neither used nor expired.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = db.one_locked(
        LOCK,
        _queries["create_link"],
        limited="links",
        max_links=MAX_LINKS,
        owner_id=creator.owner_id,
        created_by=creator.user_id,
        platforms=list(new.platforms),
        return_to=return_to,
        secret_hash=secret_hash(secret),
        now=now,
        expires_at=now + timedelta(seconds=new.expires_in),
    )
    if row is None:
        advice = "Revoke a link first, or wait until one expires."
        raise limit_reached("connect links", limit=MAX_LINKS, present=MAX_LINKS, advice=advice)
    return _rendered(row), secret


def list_links(db: Database, reader: Identity, query: PageQuery) -> LinkPage:
    """Return the owner's ``links``, newest first, and ``pagination``.

    Raises:
        InvalidInput: the cursor is not valid for this list.
    """
    rows, pagination = fetch_page(
        db,
        _queries["list_links"],
        list_key=(reader.owner_id, "links"),
        cursor=query.cursor,
        take=query.take,
        sorted_by=("created_at", "id"),
        owner_id=reader.owner_id,
    )
    return {"links": [_rendered(row) for row in rows], "pagination": pagination}


def revoke(db: Database, writer: Identity, reference: LinkReference) -> Confirmation:
    """Delete a link, and return a ``message``. Raise `NotFound` if the owner has no such link."""
    row = db.one(_queries["revoke_link"], link_id=reference.id(), owner_id=writer.owner_id)
    if row is None:
        raise link_not_found()
    return {"message": "Link revoked successfully"}


def _rendered(row: Mapping[str, Any]) -> ConnectLink:
    return {
        "id": str(row["id"]),
        "platforms": row["platforms"],
        "redirectUri": row["return_to"],
        "createdBy": row["created_by"],
        "createdAt": format_timestamp(row["created_at"]),
        "expiresAt": format_timestamp(row["expires_at"]),
        "usedAt": format_timestamp(row["used_at"]),
    }

"""Creates, lists and revokes API tokens."""

from datetime import datetime, timedelta
from typing import TypedDict

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Forbidden
from minutehand.runtime.identity import Identity
from minutehand.runtime.limits import LOCK, limit_reached
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.response_types import Confirmation
from minutehand.runtime.scopes import OPERATE
from minutehand.runtime.timestamps import format_timestamp
from minutehand.runtime.validation import invalid
from minutehand.tokens import rendering
from minutehand.tokens.forms import NewToken, TokenReference, TokensQuery, not_found
from minutehand.tokens.secret import beginning, digest, generate

DEFAULT_LIFETIME = timedelta(days=90)
MAX_LIFETIME = timedelta(days=366)
MAX_TOKENS = 250
"""The maximum number of tokens of one owner, including expired ones."""


class CreatedToken(TypedDict):
    """The new API token, with its secret."""

    token: rendering.ApiToken
    secret: str | None
    """The API token itself, or null if the request was repeated."""


class TokenPage(TypedDict):
    """A page of API tokens."""

    tokens: list[rendering.ApiToken]
    pagination: Pagination


def create(db: Database, creator: Identity, new: NewToken, *, now: datetime) -> tuple[rendering.ApiToken, str]:
    """Create a token for the caller, and return it with its secret, which is not stored.

    Raises:
        Forbidden: the caller lacks at least one of the scopes.
        InvalidInput: the expiry is in the past or more than `MAX_LIFETIME` ahead, or a test token would have the scope
            operate.
        Conflict: the owner already has `MAX_TOKENS` tokens.
    """
    for scope in new.scopes:
        creator.require_scope(scope, f"Creating a token with the scope {scope}")
    if new.mode == "test" and OPERATE in new.scopes:
        raise invalid(
            "scopes", "A test token cannot have the scope operate, which controls the live queue.", given=OPERATE
        )
    secret = generate(new.mode)
    row = db.one_locked(
        LOCK,
        _queries["create"],
        limited="tokens",
        max_tokens=MAX_TOKENS,
        owner_id=creator.owner_id,
        **creator.actor.columns(),
        name=new.name,
        mode=new.mode,
        scopes=list(new.scopes),
        beginning=beginning(secret),
        secret_hash=digest(secret),
        expires_at=_expiry(new.expires_at, now),
        now=now,
    )
    if row is None:
        raise limit_reached("API tokens", limit=MAX_TOKENS, present=MAX_TOKENS, advice="Revoke a token first.")
    return rendering.api_token(row), secret


def page(db: Database, reader: Identity, query: TokensQuery) -> TokenPage:
    """Return ``tokens``, newest first, and ``pagination``. An admin sees the tokens of all people who work for the
    owner. Other callers see only their own tokens.

    Raises:
        Forbidden: the caller is not an admin and asks for the tokens of another person.
        InvalidInput: the cursor is not valid for this list.
    """
    if query.created_by not in (None, reader.user_id) and not _is_admin(reader):
        raise Forbidden("Listing the tokens of another person requires the role admin.", code="role_required")
    created_by = query.created_by or _creator(reader)
    rows, pagination = fetch_page(
        db,
        _queries["page"],
        list_key=(reader.owner_id, "tokens", created_by),
        cursor=query.cursor,
        take=query.take,
        sorted_by=("created_at", "id"),
        owner_id=reader.owner_id,
        created_by=created_by,
    )
    return {"tokens": [rendering.api_token(row) for row in rows], "pagination": pagination}


def revoke(db: Database, person: Identity, reference: TokenReference, *, now: datetime) -> Confirmation:
    """Revoke a token, and return a ``message``. An authorizer that remembers the token may accept it for up to 30 more
    seconds.

    Raises:
        NotFound: there is no such token, or it belongs to another person and the caller is not an admin.
    """
    row = db.one(
        _queries["revoke"],
        token_id=reference.id(),
        owner_id=person.owner_id,
        created_by=_creator(person),
        **person.actor.columns(),
        now=now,
    )
    if row is None:
        raise not_found()
    return {"message": "API token revoked successfully"}


def _is_admin(person: Identity) -> bool:
    return "admin" in person.roles


def _creator(person: Identity) -> str | None:
    """Return the person whose tokens the caller may see, or None for all people who work for the owner."""
    return None if _is_admin(person) else person.user_id


def _expiry(given: datetime | None, now: datetime) -> datetime:
    latest = now + MAX_LIFETIME
    if given is None:
        return now + DEFAULT_LIFETIME
    if not now < given <= latest:
        allowed = f"{format_timestamp(now)} to {format_timestamp(latest)}"
        what = "is in the past" if given <= now else f"is more than {MAX_LIFETIME.days} days ahead"
        raise invalid(
            "expiresAt", f"expiresAt {format_timestamp(given)} {what}.", given=format_timestamp(given), allowed=allowed
        )
    return given


_queries = sql.load(__package__)

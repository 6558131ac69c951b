"""The requests of the calls that create, list and revoke API tokens."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.identity import MAX_ID_CHARACTERS
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.scopes import Mode, Scope
from minutehand.runtime.validation import Problem

MAX_NAME_CHARACTERS = 100
EXAMPLE = "2027-01-31T00:00:00Z"


def _printable(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise Problem("name must not be blank, and must contain only printable characters.")
    return name


def _different(scopes: list[Scope]) -> list[Scope]:
    for scope in scopes:
        if scopes.count(scope) > 1:
            raise Problem(f"scopes lists {scope} twice. List each scope once.")
    return scopes


def _instant(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (AttributeError, ValueError, OverflowError):
        pass
    raise Problem(f"expiresAt must be a date and time in ISO 8601 with an offset, such as {EXAMPLE}.", allowed=EXAMPLE)


class NewToken(Form):
    """The body of the call that creates a token. ``expires_at``: None means the default lifetime."""

    name: Annotated[str, StringConstraints(max_length=MAX_NAME_CHARACTERS), AfterValidator(_printable)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=5), AfterValidator(_different)]
    mode: Mode = "live"
    expires_at: Annotated[datetime | None, BeforeValidator(_instant)] = None


class TokensQuery(PageQuery):
    """The query of GET tokens. ``created_by``: the person whose tokens are listed."""

    created_by: Annotated[str, StringConstraints(max_length=MAX_ID_CHARACTERS)] | None = None


class TokenReference(Form):
    """A request body that contains only the id of a token."""

    token_id: Id

    def id(self) -> UUID:
        """Return the token's id. Raises `NotFound` if the id is not a UUID, so no token has this id."""
        return parse_id(self.token_id, not_found)


def not_found() -> NotFound:
    """Return the error to raise if the caller has no token with the given id."""
    return NotFound("You have no API token with this id.", code="token_not_found")

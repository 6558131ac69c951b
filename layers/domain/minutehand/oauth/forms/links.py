"""The requests of the calls that create and revoke connect links."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator

from minutehand.oauth.forms.link_platform import LinkPlatform
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id

MIN_LINK_SECONDS, DEFAULT_LINK_SECONDS, MAX_LINK_SECONDS = 300, 86_400, 604_800
"""The lifetimes of connect links in seconds: at least 5 minutes, by default a day, and at most 7 days."""


class NewLink(Form):
    """The body of the call that creates a connect link. ``expires_in``: the lifetime in seconds."""

    platforms: Annotated[list[LinkPlatform], Field(min_length=1, max_length=len(DISPLAY_NAMES))]
    expires_in: int = Field(default=DEFAULT_LINK_SECONDS, ge=MIN_LINK_SECONDS, le=MAX_LINK_SECONDS)
    redirect_uri: str | None = None

    @field_validator("platforms")
    @classmethod
    def _once_each(cls, platforms: list[str]) -> list[str]:
        return list(dict.fromkeys(platforms))


class LinkReference(Form):
    """A request body that contains only the id of a connect link."""

    link_id: Id

    def id(self) -> UUID:
        """Return the link's id. Raises `NotFound` if the id is not a UUID, so no link has this id."""
        return parse_id(self.link_id, link_not_found)


def link_not_found() -> NotFound:
    """Return the error to raise if the owner has no connect link with the given id."""
    return NotFound("You have no connect link with this id.", code="link_not_found")

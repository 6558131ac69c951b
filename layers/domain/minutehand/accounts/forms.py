"""What the calls about connections take, apart from what each platform wants to know."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES, display_name
from minutehand.platforms.connecting import CONNECTORS
from minutehand.runtime.errors import NotFound
from minutehand.runtime.validation import Problem, shortened


def _connectable(name: str) -> str:
    plain = name.strip().lower()
    platform = ALIASES.get(plain, plain)
    if platform in CONNECTORS:
        return platform
    able = " and ".join(display_name(each) for each in CONNECTORS)
    if platform in DISPLAY_NAMES:
        sentence = f"{display_name(platform)} accounts cannot be connected with a password or a token; {able} can."
    else:
        sentence = f'"{shortened(name)}" is not a platform that can be connected. These can: {able}.'
    raise Problem(sentence, allowed=list(CONNECTORS))


class PlatformChoice(BaseModel):
    """The one field that says which others there are."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    platform: Annotated[str, AfterValidator(_connectable)]


class ConnectionReference(BaseModel):
    """The body of a call that takes nothing but a connection."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)

    connection_id: str

    def id(self) -> UUID:
        """Return the connection's id.

        Raises:
            NotFound: it is no UUID, so that no connection can have it.
        """
        try:
            return UUID(self.connection_id)
        except ValueError:
            raise not_found() from None


def not_found() -> NotFound:
    """Return the error for a connection that is not there, or is another's."""
    return NotFound("There is no connection with this id among yours.", code="connection_not_found")

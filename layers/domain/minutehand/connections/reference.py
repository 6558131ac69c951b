"""The bodies of requests that name one connection."""

from typing import Literal
from uuid import UUID

from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id


class ConnectionReference(Form):
    """A request body that contains only the id of a connection."""

    connection_id: Id

    def id(self) -> UUID:
        """Return the connection's id.

        Raises:
            NotFound: the id is not a UUID, so no connection has this id.
        """
        return parse_id(self.connection_id, not_found)


class DefaultChange(ConnectionReference):
    """The request body for making a connection the default of its platform."""

    make_default: Literal[True]


def not_found() -> NotFound:
    """Return the error to raise if the owner has no connection with the given id."""
    return NotFound("You have no connection with this id.", code="connection_not_found")

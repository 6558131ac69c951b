"""The author of a change, as events record it: a person, or a part of the service."""

from typing import NamedTuple


class Actor(NamedTuple):
    """The author of a change. ``id``: the id of a user, or the name of a part of the service, such as ``scheduler``.

    ``name``: the name or the e-mail address in the user's token, or None.
    """

    id: str
    name: str | None = None

    def columns(self) -> dict[str, str | None]:
        """Return the parameters that name the actor in statements that write an event."""
        return {"actor": self.id, "actor_name": self.name}

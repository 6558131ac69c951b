"""The request of GET events: a cursor, the wanted types, and the size of the page."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from minutehand.events.types import EVENT_TYPES
from minutehand.runtime.form import Form
from minutehand.runtime.page_query import MAX_TAKE, Number
from minutehand.runtime.validation import Problem, shortened


def _known(text: str) -> str:
    for name in _names(text):
        if name not in EVENT_TYPES:
            raise Problem(
                f'types does not allow "{shortened(name)}". Give one or more of: {", ".join(EVENT_TYPES)}.',
                allowed=list(EVENT_TYPES),
            )
    return text


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


EventTypes = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "array", "items": {"type": "string", "enum": list(EVENT_TYPES)}}),
]
"""Types of events, separated by commas."""


class EventQuery(Form):
    """The query of GET events. ``after``: the ``nextCursor`` of an earlier response, or "latest"."""

    after: str | None = None
    types: EventTypes | None = None
    take: Annotated[Number, Field(ge=1, le=MAX_TAKE)] = 50

    def wanted(self) -> list[str] | None:
        """Return the types in ``types``, or None for all types."""
        return (_names(self.types) if self.types is not None else []) or None

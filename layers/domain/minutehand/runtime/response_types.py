"""The types of the bodies of responses. Handlers return typed dictionaries, whose types the OpenAPI document describes.

This module does not import pydantic, because only the generator of the document uses pydantic for these types.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple, TypedDict


class JsonSchema(NamedTuple):
    """The JSON Schema of the type that `Annotated` annotates with this object."""

    keywords: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the schema for pydantic, which calls this method."""
        return dict(self.keywords)


Uuid = Annotated[str, JsonSchema({"type": "string", "format": "uuid"})]
"""An id as a string."""
Timestamp = Annotated[str, JsonSchema({"type": "string", "format": "date-time"})]
"""A time in ISO 8601, with an offset or ``Z``."""
Date = Annotated[str, JsonSchema({"type": "string", "format": "date"})]
"""A date in ISO 8601."""


class Confirmation(TypedDict):
    """The response to a call that returns only a confirmation."""

    message: str
    """A sentence for people."""

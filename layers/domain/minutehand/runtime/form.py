"""The base class of forms, and the type of ids in forms."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, WithJsonSchema
from pydantic.alias_generators import to_camel

from minutehand.runtime.errors import NotFound


class Form(BaseModel):
    """The base class of forms, with camelCase names, strict types and no unknown fields.

    The OpenAPI document contains the schema of each form. `WithJsonSchema` can describe the values that a custom
    validator permits.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


Id = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
"""An id. The form itself accepts any text, but `parse_id` raises `NotFound` for a text that is not a UUID."""


def parse_id(text: str, not_found: Callable[[], NotFound]) -> UUID:
    """Return the id that ``text`` contains.

    Raises:
        NotFound: ``text`` is not a UUID, so no object has this id. ``not_found`` returns the error.
    """
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None

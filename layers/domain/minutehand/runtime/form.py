"""The base class of forms, and the fields that forms of several features have."""

import re
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic.alias_generators import to_camel

from minutehand.runtime.errors import NotFound
from minutehand.runtime.validation import Problem

MAX_TAKE = 100
_NUMBER = re.compile(r"[0-9]{1,9}")


class Form(BaseModel):
    """The base class of forms, with camelCase names, strict types and no unknown fields.

    The OpenAPI document has the schema of each form. If a validator of our own restricts a value, `WithJsonSchema`
    describes the permitted values.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


def _number(value: object, info: ValidationInfo) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Problem(f"{info.field_name} must be an integer.")
    return int(value)


Number = Annotated[int, BeforeValidator(_number)]
"""An integer in a query, in which every value is a text."""
Id = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
"""An id. A form accepts any text. `parse_id` raises `NotFound` for a text that is not a UUID."""


class PageQuery(Form):
    """The fields of a query for one page of a list. ``cursor``: the ``nextCursor`` of the page before."""

    take: Annotated[Number, Field(ge=1, le=MAX_TAKE)] = 50
    cursor: str | None = None


def parse_id(text: str, not_found: Callable[[], NotFound]) -> UUID:
    """Return the id that ``text`` contains.

    Raises:
        NotFound: ``text`` is not a UUID, so nothing has this id. ``not_found`` returns the error.
    """
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None

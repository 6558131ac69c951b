"""The fields of a query for one page of a list, and the type of a number in a query."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo

from minutehand.runtime.form import Form
from minutehand.runtime.validation import Problem

MAX_TAKE = 100
_NUMBER = re.compile(r"[0-9]{1,9}")


def _number(value: object, info: ValidationInfo) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Problem(f"{info.field_name} must be a non-negative integer with at most 9 digits.")
    return int(value)


Number = Annotated[int, BeforeValidator(_number)]
"""An integer in a query, in which every value is a string."""


class PageQuery(Form):
    """The fields of a query for one page of a list. ``cursor``: the ``nextCursor`` of the previous page."""

    take: Annotated[Number, Field(ge=1, le=MAX_TAKE)] = 50
    cursor: str | None = None

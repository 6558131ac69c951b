"""The request of posts/list."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo

from minutehand.posts.fields import Campaign, Platform, one_of
from minutehand.posts.forms.base import Form
from minutehand.runtime.validation import Problem

STATUSES = ("draft", "scheduled", "queued", "published", "failed", "archived")
ORDERS = ("newest", "oldest", "scheduled")
MAX_TAKE = 100
MAX_SKIP = 10_000
"""The maximum number of posts to skip. To go further, callers use a cursor, which is equally fast at every depth."""
_NUMBER = re.compile(r"[0-9]{1,9}")


def _number(value: object, info: ValidationInfo) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Problem(f"{info.field_name} must be an integer.")
    return int(value)


Number = Annotated[int, BeforeValidator(_number)]


class PostQuery(Form):
    """The query of posts/list."""

    status: Annotated[str, one_of("status", STATUSES)] | None = None
    platform: Platform | None = None
    campaign: Campaign | None = None
    skip: Annotated[Number, Field(ge=0, le=MAX_SKIP)] = 0
    take: Annotated[Number, Field(ge=1, le=MAX_TAKE)] = 50
    order_by: Annotated[str, one_of("orderBy", ORDERS)] = "newest"
    cursor: str | None = None

"""A time in a form: as it was written, and not yet an instant, because that may depend on the post's time zone."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from minutehand.posts import times


def _read(value: object) -> object:
    return value if value is None else times.read(value)


Moment = Annotated[datetime | None, BeforeValidator(_read)]

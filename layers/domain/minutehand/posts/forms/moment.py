"""The type of the beginning and the end of a period in a request."""

from typing import Annotated

from pydantic import AfterValidator

from minutehand.posts.times import parse_moment


def _moment(text: str) -> str:
    parse_moment(text)
    return text


Moment = Annotated[str, AfterValidator(_moment)]
"""A date, or a date and time. A value without an offset is in the time zone of the query; see `parse_moment`."""

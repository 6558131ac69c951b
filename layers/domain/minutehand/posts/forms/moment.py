"""The type of the fields `from` and `to` of a request, which are the beginning and the end of a period."""

from typing import Annotated

from pydantic import AfterValidator

from minutehand.posts.times import parse_moment


def _moment(text: str) -> str:
    parse_moment(text)
    return text


Moment = Annotated[str, AfterValidator(_moment)]
"""A date, or a date and time. A value without an offset is in the time zone of the query; see `parse_moment`."""

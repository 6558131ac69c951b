"""The request of POST scheduler: an action and, for the action interval, the number of minutes."""

from typing import Annotated, Literal

from pydantic import Field

from minutehand.runtime.form import Form
from minutehand.runtime.validation import invalid


class SchedulerAction(Form):
    """The body of POST scheduler. ``minutes``: the time between two ticks that the action ``interval`` sets."""

    action: Literal["start", "stop", "check", "interval"]
    minutes: Annotated[int, Field(ge=1, le=60)] | None = None

    def interval(self) -> int:
        """Return the number of minutes between two ticks. Raises `InvalidInput` if the number is missing."""
        if self.minutes is None:
            sentence = "The action interval requires minutes, a whole number from 1 to 60."
            raise invalid("minutes", sentence, given=None, allowed="1 to 60")
        return self.minutes

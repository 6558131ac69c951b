"""The requests of the calls for the usage and the settings of an owner."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from minutehand.runtime.form import Form
from minutehand.runtime.timezones import TimeZone
from minutehand.runtime.validation import Problem

MAX_SPACING_MINUTES = 1_440
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


class SettingsChanges(Form):
    """The body of PATCH settings. A setting that is not given keeps its value, so the defaults are never used."""

    timezone: TimeZone = "UTC"
    require_approval: bool = False
    spacing_minutes: Annotated[int, Field(ge=0, le=MAX_SPACING_MINUTES)] = 0

    def given(self) -> dict[str, Any]:
        """Return the new values of the settings to change, keyed by column."""
        return self.model_dump(include=self.model_fields_set)


def _day(text: object) -> date:
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Problem(
        "Give from and to as dates from 2000 to 2099, such as 2026-03-01.", allowed="2000-01-01 to 2099-12-31"
    )


Day = Annotated[date, BeforeValidator(_day)]


class UsageQuery(Form):
    """The query of GET usage. ``to`` is the day after the last day. ``timezone``: by default that of the owner."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    group_by: Literal["day", "platform"] | None = None
    timezone: TimeZone | None = None

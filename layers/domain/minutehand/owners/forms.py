"""The requests about an owner."""

from typing import Annotated, Any

from pydantic import Field

from minutehand.runtime.form import Form
from minutehand.runtime.timezones import TimeZone

MAX_SPACING_MINUTES = 1_440


class SettingsChanges(Form):
    """The body of PATCH settings. A setting that is not given keeps its value, so the defaults are never used."""

    timezone: TimeZone = "UTC"
    require_approval: bool = False
    spacing_minutes: Annotated[int, Field(ge=0, le=MAX_SPACING_MINUTES)] = 0

    def given(self) -> dict[str, Any]:
        """Return the new values of the settings to change, keyed by column."""
        return self.model_dump(include=self.model_fields_set)

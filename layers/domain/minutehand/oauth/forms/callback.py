"""The two kinds of callbacks: a browser's redirect to our callback URL, and a callback that a page forwards."""

from pydantic import BaseModel, ConfigDict, Field

from minutehand.oauth.forms.limits import MAX_CODE_CHARACTERS, MAX_STATE_CHARACTERS
from minutehand.runtime.form import Form


class PageCallback(Form):
    """A callback that a page received and forwards on behalf of its user."""

    model_config = ConfigDict(hide_input_in_errors=True)

    code: str = Field(min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)


class BrowserCallback(BaseModel):
    """The query of a redirect to our callback URL, with a code or an error. Other parameters are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    code: str | None = Field(default=None, min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    error: str | None = None
    error_code: str | None = None
    """The field that Facebook sends instead of ``error`` in some cases."""

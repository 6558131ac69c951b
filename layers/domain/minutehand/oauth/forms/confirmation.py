"""The requests of the page on which a person confirms an authorization."""

from pydantic import BaseModel, ConfigDict, Field

from minutehand.oauth.forms.limits import MAX_STATE_CHARACTERS, MAX_TOKEN_CHARACTERS


class Confirmation(BaseModel):
    """The query of the page on which a person confirms an authorization."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)


class ConfirmationForm(Confirmation):
    """The form that the page submits to its own address. ``token`` proves that we sent the form to this browser."""

    token: str = Field(min_length=1, max_length=MAX_TOKEN_CHARACTERS, repr=False)

"""The form on the page of a connect link, with the chosen platform and the credentials, if it requires any."""

from typing import Annotated

from pydantic import ConfigDict, Field

from minutehand.oauth.forms.instance import Instance
from minutehand.oauth.forms.limits import MAX_STATE_CHARACTERS, MAX_TOKEN_CHARACTERS
from minutehand.oauth.forms.link_platform import LinkPlatform
from minutehand.runtime.form import Form

MAX_CREDENTIAL_CHARACTERS = 2_048

Secret = Annotated[str | None, Field(min_length=1, max_length=MAX_CREDENTIAL_CHARACTERS, repr=False)]


class LinkForm(Form):
    """A form on the page of a connect link. A form without ``token`` requests the page that describes the link.

    ``link`` is the secret of the link. ``token`` proves that we sent the form to this browser. ``platform`` is the
    chosen platform. ``instance`` is the address of a Mastodon account's server. The other fields contain the
    credentials for a platform without a consent page.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    link: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    token: str | None = Field(default=None, min_length=1, max_length=MAX_TOKEN_CHARACTERS, repr=False)
    platform: LinkPlatform | None = None
    identifier: Secret = None
    app_password: Secret = None
    service: Secret = None
    instance: Instance = Field(default=None, validate_default=True)

    def credentials(self) -> dict[str, str]:
        """Return the credentials, keyed by the names of the fields of `Connector.form`."""
        given = self.model_dump(by_alias=True, exclude={"link", "token", "platform", "instance"})
        return {name: value for name, value in given.items() if value is not None}

"""Where platforms send people back to: pages that the operator names, or our own callback."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import model_validator

from minutehand.oauth.clients import ClientsConfig
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.request import Gateway
from minutehand.runtime.validation import invalid

CALLBACK_PATH = "/api/social/connections/callback"


class RedirectsConfig(ClientsConfig):
    """Where this API is, when the gateway cannot know it, and which pages people may be sent back to.

    ``api_url``: with the stage and no slash at its end; ``{apiId}`` in it stands for the id of the API.
    ``oauth_redirect_uris``: separated by commas; the first is the one for whoever names none.
    """

    api_url: str | None = None
    oauth_redirect_uris: str | None = None

    @property
    def pages(self) -> tuple[str, ...]:
        """The addresses that the operator allows."""
        return tuple(uri.strip() for uri in (self.oauth_redirect_uris or "").split(",") if uri.strip())

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        schemes = ("https", "http") if self.stage == "local" else ("https",)
        named = [("API_URL", self.api_url or None), *(("OAUTH_REDIRECT_URIS", page) for page in self.pages)]
        for variable, address in named:
            if address is not None and not _is_address(address, schemes):
                raise ValueError(f"{variable} must hold https addresses without a fragment (http in STAGE local)")
        return self


def _is_address(address: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc) and not parts.fragment and address.isprintable()


def callback_url(config: RedirectsConfig, gateway: Gateway) -> str:
    """Return the address of our own callback, as browsers reach it.

    Raises:
        BadConfiguration: neither the configuration nor the gateway says where the API is.
    """
    if config.api_url is not None:
        return config.api_url.replace("{apiId}", gateway.api_id).rstrip("/") + CALLBACK_PATH
    if gateway.domain is None:
        raise BadConfiguration("API_URL: the gateway does not say where it is, so set the address of the API")
    return f"https://{gateway.domain}{gateway.base_path}{CALLBACK_PATH}"


def choose_redirect_uri(given: str | None, config: RedirectsConfig, own: str) -> str:
    """Return where people are to come back to: ``given``, else the first page that is configured, else ``own``.

    Raises:
        InvalidInput: ``given`` is none of those that are allowed.
    """
    allowed = config.pages or (own,)
    if given is None:
        return allowed[0]
    if given not in allowed:
        sentence = (
            "redirectUri must be, to the letter, one of the addresses that this installation allows: "
            f"{', '.join(allowed)}."
        )
        raise invalid("redirectUri", sentence, given=given, allowed=list(allowed))
    return given

"""The redirect URIs of authorizations, which are our callback URL or pages that the operator configures."""

from typing import Self
from urllib.parse import urlencode, urlsplit

from pydantic import model_validator

from minutehand.runtime.config import BadConfiguration, Config, Stage
from minutehand.runtime.request import Gateway
from minutehand.runtime.validation import invalid

CALLBACK_PATH = "/api/social/connections/callback"
CONFIRMATION_PATH = "/api/social/connections/confirm"
LINK_PATH = "/api/social/connections/link"


class RedirectUrisConfig(Config):
    """The URL of the API, and the pages to which platforms may redirect.

    Without ``api_url``, API Gateway provides the URL of the API. ``api_url`` includes the stage or the base path, if
    there is one. In ``api_url``, ``{apiId}`` stands for the id of the API. ``oauth_redirect_uris`` is a comma-separated
    list. The first URI is the default.
    """

    stage: Stage
    api_url: str | None = None
    oauth_redirect_uris: str | None = None

    @property
    def pages(self) -> tuple[str, ...]:
        """The redirect URIs that the operator allows."""
        return tuple(uri.strip() for uri in (self.oauth_redirect_uris or "").split(",") if uri.strip())

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        schemes = ("https", "http") if self.stage == "local" else ("https",)
        named = [("API_URL", self.api_url or None), *(("OAUTH_REDIRECT_URIS", page) for page in self.pages)]
        for variable, address in named:
            if address is not None and not _is_address(address, schemes):
                raise ValueError(
                    f"{variable} contains an invalid URL. Use complete https URLs without a fragment. At the stage "
                    "local, http is also allowed."
                )
        return self


def _is_address(address: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc) and not parts.fragment and address.isprintable()


def callback_url(config: RedirectUrisConfig, gateway: Gateway) -> str:
    """Return our callback URL, with the host that browsers use.

    Raises:
        BadConfiguration: neither the configuration nor API Gateway provides the API's URL.
    """
    return _own_url(config, gateway) + CALLBACK_PATH


def confirmation_url(config: RedirectUrisConfig, gateway: Gateway, state: str) -> str:
    """Return the URL of the page on which a person confirms the authorization with ``state``.

    The host is the same as that of `callback_url`, because the confirmation sets a cookie for the callback.

    Raises:
        BadConfiguration: neither the configuration nor API Gateway provides the API's URL.
    """
    return f"{_own_url(config, gateway)}{CONFIRMATION_PATH}?{urlencode({'state': state})}"


def link_url(config: RedirectUrisConfig, gateway: Gateway, secret: str) -> str:
    """Return the URL of a connect link. The secret is in the fragment, which browsers do not send to servers.

    Raises:
        BadConfiguration: neither the configuration nor API Gateway provides the API's URL.
    """
    return f"{_own_url(config, gateway)}{LINK_PATH}#{secret}"


def _own_url(config: RedirectUrisConfig, gateway: Gateway) -> str:
    if config.api_url is not None:
        return config.api_url.replace("{apiId}", gateway.api_id).rstrip("/")
    if gateway.domain is None:
        raise BadConfiguration(
            "API_URL is missing, and API Gateway does not report its domain. Set API_URL to the URL of the API."
        )
    return f"https://{gateway.domain}{gateway.base_path}"


def choose_redirect_uri(given: str | None, config: RedirectUrisConfig, own: str) -> str:
    """Return ``given`` or, if it is None, the first configured page. Without configured pages, return ``own``.

    Raises:
        InvalidInput: ``given`` is not allowed.
    """
    allowed = config.pages or (own,)
    if given is None:
        return allowed[0]
    if given not in allowed:
        sentence = f"redirectUri must be exactly one of the URIs that this deployment allows: {', '.join(allowed)}."
        raise invalid("redirectUri", sentence, given=given, allowed=list(allowed))
    return given


def choose_return_page(given: str | None, config: RedirectUrisConfig) -> str | None:
    """Return ``given``, the page to which a browser goes when an account is connected, or None for our own page.

    Raises:
        InvalidInput: ``given`` is not one of the configured pages.
    """
    if given is not None and given not in config.pages:
        allowed = ", ".join(config.pages) or "none"
        sentence = f"redirectUri must be exactly one of the URIs that this deployment allows: {allowed}."
        raise invalid("redirectUri", sentence, given=given, allowed=list(config.pages))
    return given

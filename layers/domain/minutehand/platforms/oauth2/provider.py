"""The port for connecting accounts with OAuth 2. A person grants Minutehand access on the platform, and returns with a
code.

A platform with OAuth has a module ``oauth`` with a `Provider`. Authlib and httpx are imported on first use.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Minutehand's client registration with a platform, or with one server of a platform.

    ``scopes``: the scopes to request, or None to request every scope that Minutehand can use for publishing.
    ``metrics``: whether to request the scopes for metrics too, if ``scopes`` is None. A platform may refuse the whole
    authorization if the client has not been granted one of the scopes.
    ``server``: a server that replaces all hosts of the platform, such as a simulator or the account's server. The
    endpoints keep their paths, and ``server`` becomes the base URL of the granted accounts.
    """

    client_id: str
    client_secret: str = field(repr=False)
    server: str | None = None
    scopes: tuple[str, ...] | None = None
    metrics: bool = False

    def requested_scopes(self, platform: str, scopes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes to request. ``scopes``: the scopes for publishing on ``platform``."""
        return self.scopes or (*scopes, *(PLATFORMS[platform].metrics_scopes if self.metrics else ()))


@dataclass(frozen=True, slots=True)
class Grant:
    """The access that a platform granted. ``token`` is the token for the adapter, with a ``refresh_token`` if the
    platform issued one.

    All times are aware datetimes in UTC. ``expires_at`` is None if the token does not expire or its expiry is unknown.
    ``refresh_expires_at`` is None if this response does not state the expiry of the refresh token. An earlier response
    may have stated that expiry.
    """

    token: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None
    refresh_expires_at: datetime | None = None


class GrantedAccount(NamedTuple):
    """An account to which a person granted access, with the fields of `port.Account`."""

    account_id: str
    handle: str
    base_url: str
    grant: Grant
    limits: Mapping[str, int] | None = None
    """The limits of the account's server, or None if they are unknown or the same on every server."""


class Provider(Protocol):
    """The OAuth flow of one platform. No error message contains a code, a token, a verifier or a secret.

    In addition to their own errors, the methods that call the platform raise ``Rejected("client_refused", ...)`` if the
    platform does not accept Minutehand's client registration. They raise `Transient` if the platform cannot be reached
    or returns an unexpected response, and `RateLimited` if the platform limits the calls. These errors do not concern
    the account.
    """

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """Return the URL of the platform's consent page.

        ``code_verifier``: the verifier of RFC 7636, for platforms with PKCE. ``state``: a value that the platform
        returns with the code, and that is valid for one callback.
        """
        ...

    def redeem(
        self,
        http: "httpx.Client",
        client: OAuthClient,
        *,
        code: str,
        redirect_uri: str,
        code_verifier: str,
        now: Now,
    ) -> list[GrantedAccount]:
        """Exchange a code for tokens, and return the accounts that the grant covers (at least one).

        Raises:
            Rejected: ``authorization_refused`` if the code is not valid, a required permission was not granted, or the
                grant covers no account.
        """
        ...

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """Refresh ``token``. The new grant keeps the old refresh token unless the platform returns a new one.

        Raises:
            Rejected: ``reconnect_required`` if the platform ended the grant or the token is not renewable (see
            `is_renewable`).
        """
        ...

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """Revoke ``token``. Do nothing on a platform that is not in `minutehand.platforms.catalog.REVOCABLE`.

        Some platforms revoke all access that the person granted to this app, including the person's other connections.

        Raises:
            Rejected: ``revocation_refused`` if the platform permanently refuses to revoke the token.
        """
        ...


def provider_for(platform: str) -> Provider:
    """Return the provider of ``platform``, one of `minutehand.platforms.catalog.AUTHORIZABLE`."""
    provider: Provider = load_attribute(platform, "oauth", "provider")
    return provider


def client_text(client: OAuthClient) -> str:
    """Return the id and the secret of ``client`` as JSON, for a token or a store that contains them."""
    return json.dumps([client.client_id, client.client_secret])


def parse_client(text: str, server: str | None) -> OAuthClient:
    """Return the client in ``text``, which `client_text` returned."""
    client_id, secret = json.loads(text)
    return OAuthClient(client_id, secret, server)


def client_of(token: Mapping[str, str], server: str) -> OAuthClient | None:
    """Return the client in ``token``, which Minutehand registered with ``server``, or None if there is none."""
    return parse_client(token["client"], server) if "client" in token else None


def is_renewable(platform: str, token: Mapping[str, str]) -> bool:
    """Return whether `Provider.refresh` can renew ``token``. If it cannot, a new grant must replace the expired token.

    Facebook's Page tokens cannot be renewed. LinkedIn's tokens can be renewed only if the app receives refresh tokens.
    """
    return PLATFORMS[platform].self_renewing or "refresh_token" in token

"""Connecting accounts with OAuth 2: people are sent to a platform, allow us what we ask for, and come back with a code.

A platform that does so has a module ``oauth`` with a `Provider`. Neither Authlib nor httpx is
imported before a call needs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.connectors import Now

if TYPE_CHECKING:
    import httpx

PROVIDERS = sorted(key for key, platform in PLATFORMS.items() if platform.oauth)
"""The platforms that people are sent to."""
REVOCABLE = frozenset(key for key, platform in PLATFORMS.items() if platform.revocable)
"""Where a platform can be told that a token is not wanted any more."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Our registration at a platform.

    ``scopes``: what people are asked for, for an app that may not ask for all that we can use; None: all of that.
    ``server`` stands in for all of the platform's hosts: an endpoint is then ``server`` and the path of the real one,
    and the accounts that are granted live on ``server``.
    """

    client_id: str
    client_secret: str = field(repr=False)
    server: str | None = None
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform has allowed. ``token`` is what its adapter reads, with a ``refresh_token`` where there is one.

    Moments are aware UTC. ``expires_at``: None when the token does not expire, or nobody said when.
    ``refresh_expires_at``: None when this answer did not say; an earlier one may have.
    """

    token: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GrantedAccount:
    """An account that we were let into: what `port.Account` wants to know of it."""

    account_id: str
    handle: str
    base_url: str
    grant: Grant


class Provider(Protocol):
    """How people are asked on one platform. No sentence of an error holds a code, a token, a verifier or a secret.

    All but `authorization_url` raise, beside what is said there, ``Rejected("client_refused", ...)`` when the platform
    does not accept our own registration, `Transient` when it cannot be asked now or gives an answer that makes no
    sense, and `RateLimited`. None of these says anything about the account.
    """

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """Return the address to send a person to. ``code_verifier``: as of RFC 7636; used where the platform takes it.

        ``state`` comes back with the code, and is good for one answer.
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
        """Exchange a code, and return every account that was granted with it, at least one.

        Raises:
            Rejected: ``authorization_refused``: the code is not good (any more), or what was allowed is not enough.
        """
        ...

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """Renew ``token``. The new one has the old refresh token where the platform gave no new one.

        Raises:
            Rejected: ``reconnect_required``: the platform says that the grant is over, or it cannot be renewed at all
                (see `is_renewable`).
        """
        ...

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """Tell the platform that ``token`` is not wanted any more; nothing happens where it cannot be told.

        Some platforms then forget whatever the person allowed this app, so with it other connections of the account.

        Raises:
            Rejected: ``revocation_refused``: it never will.
        """
        ...


def provider_for(platform: str) -> Provider:
    """Return how people are asked on ``platform``, one of `PROVIDERS`."""
    provider: Provider = load_attribute(platform, "oauth", "provider")
    return provider


def is_renewable(platform: str, token: Mapping[str, str]) -> bool:
    """Say whether `Provider.refresh` can do anything for ``token``: otherwise it is good until it ends, and no longer.

    Facebook's page tokens cannot be renewed, nor LinkedIn's of apps that are not given refresh tokens.
    """
    return PLATFORMS[platform].self_renewing or "refresh_token" in token

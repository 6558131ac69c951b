"""Begins and confirms OAuth 2 authorizations. The module `callback` completes them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools.logging import Logger

from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.platforms.oauth2.provider import OAuthClient, Provider, provider_for
from minutehand.runtime.identity import Identity

if TYPE_CHECKING:
    from minutehand.oauth.clients import Clients

logger = Logger(child=True)

type Providers = Callable[[str], Provider]


class BegunAuthorization(NamedTuple):
    """The URL to which to send the person's browser, and the time until which the callback is accepted.

    The URL contains the state, so only the person who began the authorization may see it.
    """

    url: str
    expires_at: datetime


def begin_authorization(
    pending: PendingAuthorizations,
    clients: "Clients",
    identity: Identity,
    platform: str,
    redirect_uri: str,
    *,
    confirmation_url: Callable[[str], str] | None,
    make_default: bool,
    now: datetime,
    client: OAuthClient | None = None,
    providers: Providers = provider_for,
) -> BegunAuthorization:
    """Begin an authorization on ``platform``, whose consent page redirects to ``redirect_uri``.

    ``client``: the client that Minutehand registered with the account's server, or None for the operator's client.

    ``confirmation_url`` returns the URL of our page on which a person confirms the authorization with a given state.
    After the confirmation, the person continues to the consent page. If ``redirect_uri`` is a page of the operator,
    that page authenticates the person. In this case, ``confirmation_url`` is None, and the returned URL is that of the
    consent page.

    Raises:
        Conflict: the OAuth client for the platform is missing or cannot be read now, or the owner has too many pending
            authorizations.
        BadConfiguration: the configured OAuth clients are not valid.
    """
    used = client or clients.require(platform)
    begun = pending.begin(identity, platform, redirect_uri, make_default=make_default, now=now, client=client)
    if confirmation_url is not None:
        url = confirmation_url(begun.state)
    else:
        url = providers(platform).authorization_url(
            used, redirect_uri=redirect_uri, state=begun.state, code_verifier=begun.code_verifier
        )
    logger.info("authorization begun", extra={"platform": platform})
    return BegunAuthorization(url, begun.expires_at)


def confirm_authorization(
    pending: PendingAuthorizations,
    clients: "Clients",
    state: str,
    browser_digest: bytes,
    *,
    callback_url: str,
    now: datetime,
    providers: Providers = provider_for,
) -> str:
    """Bind an authorization to the browser in which a person confirms it. Return the URL of the consent page.

    Raises:
        NotFound, Conflict, Gone, Forbidden: see `PendingAuthorizations.confirm`.
        Conflict: the OAuth client for the platform is missing or cannot be read now.
    """
    confirmed = pending.confirm(state, browser_digest, callback_url=callback_url, now=now)
    url = providers(confirmed.platform).authorization_url(
        confirmed.client or clients.require(confirmed.platform),
        redirect_uri=confirmed.redirect_uri,
        state=state,
        code_verifier=confirmed.code_verifier,
    )
    logger.info("authorization confirmed", extra={"platform": confirmed.platform})
    return url

"""Connecting accounts by sending their owners to the platform (OAuth 2): the way there, and the way back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Never
from uuid import uuid4

from minutehand.connections.store import Connection, Connections, NewConnection, Seal
from minutehand.oauth.clients import Clients, ClientsUnavailable
from minutehand.oauth.forms import BrowserCallback, PageCallback
from minutehand.oauth.lifetimes import lifetime
from minutehand.oauth.pending_authorizations import Claimed, PendingAuthorizations
from minutehand.platforms.catalog import display_name
from minutehand.platforms.connectors import Now
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.oauth2.provider import GrantedAccount, OAuthClient, Provider, provider_for
from minutehand.platforms.port import PublishError, RateLimited, Rejected, Transient
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, InvalidInput, TooManyRequests
from minutehand.runtime.identity import Identity
from minutehand.runtime.timestamps import format_timestamp
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    import httpx

DENIALS = frozenset(
    ["access_denied", "user_denied", "user_cancelled", "user_cancelled_login", "user_cancelled_authorize"]
)
"""The words by which platforms say that the person said no; the last two are LinkedIn's."""
PASSING = frozenset(["server_error", "temporarily_unavailable"])
SECONDS_FOR_PLATFORM = 20.0
"""What a platform may take in all to say what it grants: the gateway gives up later."""
_WORD = re.compile(r"[A-Za-z0-9_]{1,40}")

type Providers = Callable[[str], Provider]


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """Where to send a person, and until when they may come back. The address holds the state: it is theirs alone."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CompletedAuthorization:
    """What an answer came to: accounts that are connected now, for ``owner_id``. ``added``: some were not before."""

    platform: str
    owner_id: str
    connections: list[Connection]
    added: bool


def begin(
    states: PendingAuthorizations,
    clients: Clients,
    identity: Identity,
    platform: str,
    redirect_uri: str,
    *,
    make_default: bool,
    now: datetime,
    providers: Providers = provider_for,
) -> ConsentPage:
    """Begin to connect an account of ``platform``, whose owner comes back to ``redirect_uri``.

    Raises:
        Conflict: nothing is registered for this platform here.
    """
    client = _client(clients, platform)
    begun = states.begin(identity, platform, redirect_uri, make_default=make_default, now=now)
    url = providers(platform).authorization_url(
        client, redirect_uri=redirect_uri, state=begun.state, code_verifier=begun.code_verifier
    )
    return ConsentPage(url, begun.expires_at)


class Callback:
    """Takes what comes back from the platforms, and connects what was granted."""

    def __init__(
        self,
        db: Database,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        seal: Seal,
        now: Now,
        providers: Providers = provider_for,
    ) -> None:
        """``http`` gives the client to call platforms with."""
        self._db = db
        self._clients = clients
        self._http = http
        self._seal = seal
        self._now = now
        self._providers = providers

    def from_browser(self, answer: BrowserCallback, callback_url: str) -> CompletedAuthorization:
        """Take what a browser brought to ``callback_url``. Raises as `from_page`, and when the person said no."""
        error = answer.error or answer.error_code
        if error is None and answer.code is None:
            raise invalid("code", "code is required: the platform sends it.", given=None)
        claimed = self._claim(answer.state, callback_url, None)
        if error is not None or answer.code is None:
            _refuse(claimed.platform, error or "")
        return self._connect(claimed, answer.code)

    def from_page(self, answer: PageCallback, callback_url: str, identity: Identity) -> CompletedAuthorization:
        """Take what a page received and passes on in the name of ``identity``.

        Raises:
            NotFound, Conflict, Gone: see `PendingAuthorizations.claim`.
            InvalidInput: the platform does not accept the code, or the person did not allow enough.
            Conflict: the platform cannot be asked at the moment, or does not accept our registration.
            TooManyRequests: the platform asks us to wait.
            VaultUnavailable: a token could not be sealed.

        Whatever it raises, nothing is stored, and the state is used up.
        """
        return self._connect(self._claim(answer.state, callback_url, identity), answer.code)

    def _claim(self, state: str, callback_url: str, identity: Identity | None) -> Claimed:
        return PendingAuthorizations(self._db).claim(
            state, callback_url=callback_url, identity=identity, now=self._now()
        )

    def _connect(self, claimed: Claimed, code: str) -> CompletedAuthorization:
        accounts = self._redeemed(claimed, code)
        connections, grant_id, now = Connections(self._db), uuid4(), self._now()
        with self._db.transaction():  # all of them or none: the code is good once
            made = [
                connections.connect(
                    NewConnection(
                        claimed.owner_id, claimed.platform, account.account_id, account.handle, account.base_url
                    ),
                    account.grant.token,
                    self._seal,
                    now=now,
                    lifetime=lifetime(claimed.platform, account.grant, now=now),
                    grant_id=grant_id,
                    make_default=claimed.make_default and number == 0,
                )
                for number, account in enumerate(accounts)
            ]
            found = [connections.find(each.id, claimed.owner_id) for each in made]
        return CompletedAuthorization(
            claimed.platform,
            claimed.owner_id,
            [connection for connection in found if connection is not None],
            added=any(each.added for each in made),
        )

    def _redeemed(self, claimed: Claimed, code: str) -> list[GrantedAccount]:
        client = _client(self._clients, claimed.platform)
        try:
            with time_limit(SECONDS_FOR_PLATFORM):
                return self._providers(claimed.platform).redeem(
                    self._http(),
                    client,
                    code=code,
                    redirect_uri=claimed.redirect_uri,
                    code_verifier=claimed.code_verifier,
                    now=self._now,
                )
        except PublishError as error:
            # The causes are left out of the log: they hold the call, and with it the code.
            raise _refusal(claimed.platform, error) from None


def _client(clients: Clients, platform: str) -> OAuthClient:
    name = display_name(platform)
    try:
        client = clients.get(platform)
    except ClientsUnavailable as error:
        raise Conflict(str(error) + " Try again in a moment.", code="clients_unavailable") from error
    if client is None:
        sentence = (
            f"This installation is not registered at {name}: whoever runs it has to register an app there and put "
            f'its id and secret under "{platform}" into the secret that OAuthClientsSecretArn names.'
        )
        raise Conflict(sentence, code="not_registered")
    return client


def _refuse(platform: str, error: str) -> Never:
    name = display_name(platform)
    if error.lower() in DENIALS:
        raise InvalidInput(f"The access to {name} was not allowed. Nothing was connected.", code="authorization_denied")
    if error.lower() in PASSING:
        raise Conflict(f"{name} returned a server error. Start again in a moment.", code="server_error")
    said = f" ({error})" if _WORD.fullmatch(error) else ""
    raise Conflict(
        f"{name} did not ask for the access{said}: whoever runs this has to check the registration there.",
        code="authorization_failed",
    )


def _refusal(platform: str, error: PublishError) -> InvalidInput | Conflict | TooManyRequests:
    match error:
        case RateLimited(code=code, until=until):
            name = display_name(platform)
            return TooManyRequests(f"{name} asks us to wait. Start again after {format_timestamp(until)}.", code=code)
        case Transient(code=code, reason=reason):
            return Conflict(f"{reason} Nothing was connected: start again in a moment.", code=code)
        case Rejected(code="client_refused" as code, reason=reason):
            return Conflict(reason, code=code)
        case _:
            return InvalidInput(error.reason, code=error.code)

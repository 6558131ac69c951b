"""Completes OAuth 2 authorizations: redeems the code of a callback, and connects the granted accounts."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Never
from uuid import uuid4

from aws_lambda_powertools.logging import Logger

from minutehand.connections.store import Connection, Connections, NewConnection, Seal
from minutehand.oauth.authorization import Providers
from minutehand.oauth.clients import Clients
from minutehand.oauth.lifetimes import lifetime
from minutehand.oauth.pending_authorizations import Claimed, PendingAuthorizations
from minutehand.platforms.catalog import REGISTERING, display_name
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.errors import PublishError, RateLimited, Rejected, Transient
from minutehand.platforms.oauth2.provider import GrantedAccount, provider_for
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Now
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_CONNECTIONS
from minutehand.runtime.errors import Conflict, InvalidInput, TooManyRequests
from minutehand.runtime.identity import Identity
from minutehand.runtime.timestamps import format_timestamp
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    import httpx

    from minutehand.oauth.forms.callback import BrowserCallback, PageCallback

DENIALS = frozenset(
    ["access_denied", "user_denied", "user_cancelled", "user_cancelled_login", "user_cancelled_authorize"]
)
"""The error codes that platforms send if the person denied the authorization. The last two codes are LinkedIn's."""
TRANSIENT_ERRORS = frozenset(["server_error", "temporarily_unavailable"])
PLATFORM_SECONDS = 20.0
"""The maximum total time for redeeming a code. This time is below API Gateway's timeout for a request."""
_ERROR_CODE = re.compile(r"[A-Za-z0-9_]{1,40}")

logger = Logger(child=True)


class CompletedAuthorization(NamedTuple):
    """The connections that an authorization or a connect link created or renewed for ``owner_id``. ``added``: True if
    at least one of these connections is new. ``return_to``: the page to which the browser goes, or None for our own
    page.
    """

    platform: str
    owner_id: str
    connections: list[Connection]
    added: bool
    return_to: str | None = None


class Callback:
    """Handles callbacks: redeems the code, and connects the accounts to which the person has granted access."""

    def __init__(
        self,
        db: Database,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        seal: Seal,
        now: Now,
        providers: Providers = provider_for,
        *,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        """Create a handler. ``http`` returns the HTTP client for platforms.

        ``max_connections``: the maximum number of connections of one owner.
        """
        self._db = db
        self._clients = clients
        self._http = http
        self._seal = seal
        self._now = now
        self._providers = providers
        self._max_connections = max_connections

    def from_browser(
        self, callback: "BrowserCallback", callback_url: str, browser_digest: bytes | None
    ) -> CompletedAuthorization:
        """Handle a browser's redirect to ``callback_url``.

        ``browser_digest``: the digest of the secret in the browser's cookie, or None if there is no cookie.

        Raises:
            Forbidden: the authorization was not confirmed in this browser.
            InvalidInput: the person denied access, or ``callback`` has neither a code nor an error.
            Conflict: the platform returned another error instead of a code.
            NotFound, Conflict, Gone, InvalidInput, TooManyRequests, VaultUnavailable: see `from_page`.
        """
        error = callback.error or callback.error_code
        if error is None and callback.code is None:
            raise invalid("code", "code is required. The platform sends it.", given=None)
        claimed = PendingAuthorizations(self._db).claim(
            callback.state, callback_url=callback_url, browser_digest=browser_digest, now=self._now()
        )
        if error is not None or callback.code is None:
            _raise_authorization_error(claimed.platform, error or "")
        return self._connect(claimed, callback.code)

    def from_page(self, callback: "PageCallback", callback_url: str, identity: Identity) -> CompletedAuthorization:
        """Handle a callback that a page received and forwards on behalf of ``identity``.

        If this method raises an error, no account is connected. After an error that is not from
        `PendingAuthorizations.claim`, the state cannot be used again.

        Raises:
            NotFound, Conflict, Gone: see `PendingAuthorizations.claim`.
            InvalidInput: the platform refuses the code, a required permission was not granted, or the grant covers no
                account.
            Conflict: the platform is unavailable or refuses our OAuth client; also see `Clients.require` and
                `Connections.connect`.
            TooManyRequests: the platform limits our requests.
            VaultUnavailable: a token could not be sealed.
        """
        claimed = PendingAuthorizations(self._db).claim(
            callback.state, callback_url=callback_url, identity=identity, now=self._now()
        )
        return self._connect(claimed, callback.code)

    def _connect(self, claimed: Claimed, code: str) -> CompletedAuthorization:
        accounts = self._redeem(claimed, code)
        connections, grant_id, now = Connections(self._db, self._max_connections), uuid4(), self._now()
        with self._db.transaction():  # Connect all accounts or none, because a code cannot be redeemed again.
            results = [
                connections.connect(
                    NewConnection(
                        claimed.owner_id,
                        claimed.platform,
                        account.account_id,
                        account.handle,
                        account.base_url,
                        account.limits,
                    ),
                    account.grant.token,
                    self._seal,
                    now=now,
                    actor=Actor(claimed.actor),
                    lifetime=lifetime(claimed.platform, account.grant, now=now),
                    grant_id=grant_id,
                    make_default=claimed.make_default and number == 0,
                )
                for number, account in enumerate(accounts)
            ]
            found = [connections.find(each.id, claimed.owner_id) for each in results]
        connected = [connection for connection in found if connection is not None]
        for connection in connected:
            logger.info("account connected", extra={"connection": connection.id, "platform": claimed.platform})
        return CompletedAuthorization(
            claimed.platform,
            claimed.owner_id,
            connected,
            added=any(each.added for each in results),
            return_to=claimed.return_to,
        )

    def _redeem(self, claimed: Claimed, code: str) -> list[GrantedAccount]:
        client = claimed.client or self._clients.require(claimed.platform)
        try:
            with time_limit(PLATFORM_SECONDS):
                return self._providers(claimed.platform).redeem(
                    self._http(),
                    client,
                    code=code,
                    redirect_uri=claimed.redirect_uri,
                    code_verifier=claimed.code_verifier,
                    now=self._now,
                )
        except PublishError as error:
            # "from None" keeps the causes out of the log, because they contain the request and its code.
            raise _api_error(claimed.platform, error) from None


def _raise_authorization_error(platform: str, error: str) -> Never:
    name = display_name(platform)
    if error.lower() in DENIALS:
        sentence = f"Access to {name} was denied. No account was connected. To connect an account, start again."
        raise InvalidInput(sentence, code="authorization_denied")
    if error.lower() in TRANSIENT_ERRORS:
        raise Conflict(f"{name} returned a server error. Start again in a few seconds.", code="server_error")
    detail = f" ({error})" if _ERROR_CODE.fullmatch(error) else ""
    remedy = "Start again." if platform in REGISTERING else "The operator has to check the registration of the app."
    raise Conflict(f"{name} rejected the authorization request{detail}. {remedy}", code="authorization_failed")


def _api_error(platform: str, error: PublishError) -> InvalidInput | Conflict | TooManyRequests:
    match error:
        case RateLimited(code=code, until=until):
            name = display_name(platform)
            return TooManyRequests(
                f"{name} temporarily limits our requests. Start again after {format_timestamp(until)}.", code=code
            )
        case Transient(code=code, reason=reason):
            return Conflict(f"{reason} No account was connected. Start again in a few seconds.", code=code)
        case Rejected(code="client_refused" as code, reason=reason):
            return Conflict(reason, code=code)
        case _:
            return InvalidInput(error.reason, code=error.code)

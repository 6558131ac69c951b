"""Reads the values that an option of a post may have on a connected account, such as the boards of the account.

To read the values from the platform, this module opens the token of the connection. Only the Lambda function
connection_options uses this module. That function can neither seal nor refresh tokens.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.connections.option_values import OptionValues
from minutehand.connections.reference import ConnectionReference, not_found
from minutehand.connections.store import Connections
from minutehand.connections.vault import TokenUnreadable, Vault
from minutehand.platforms.catalog import AUTHORIZABLE, display_name
from minutehand.platforms.choices import Choices, read_choices_of
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.errors import PermissionMissing, PublishError, RateLimited, Rejected, TokenExpired, Transient
from minutehand.platforms.port import Account
from minutehand.platforms.rulebook import rulebook_for
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, DomainError, TooManyRequests
from minutehand.runtime.identity import Identity
from minutehand.runtime.recent import Recent

if TYPE_CHECKING:
    import httpx

PLATFORM_SECONDS = 10.0
"""The time limit for all calls to the platform together. It is short, because a person waits for the values."""
LIFETIME = timedelta(seconds=60)
MAX_REMEMBERED = 100
"""The maximum number of connections whose values are remembered."""
RECONNECT = "reconnect_required"
ACTOR = Actor("connection_options")

logger = Logger(child=True)
_queries = sql.load(__package__)


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A connection, with its sealed token. A connection in test mode has no token."""

    id: UUID
    platform: str
    account_id: str
    handle: str
    base_url: str
    status: str
    status_reason: str | None
    ciphertext: bytes | None = field(repr=False)
    expires_at: datetime | None
    refresh_at: datetime | None


class AccountChoices:
    """Reads the values of options from platforms, and remembers them for `LIFETIME`."""

    def __init__(
        self, db: Database, vault: Callable[[], Vault], http: Callable[[], "httpx.Client"], clock: Clock
    ) -> None:
        """Create a reader of the values of options. ``vault`` and ``http`` are called only to read values that are not
        remembered.
        """
        self._db = db
        self._vault = vault
        self._http = http
        self._clock = clock
        self._recent: Recent[Choices] = Recent(LIFETIME, MAX_REMEMBERED)

    def options(self, reader: Identity, reference: ConnectionReference) -> OptionValues:
        """Return ``options``: for each list of the connection's platform, the values and their labels.

        ``options`` is empty in test mode, or if the platform has no lists.

        Raises:
            NotFound: the owner has no such connection.
            Conflict: the account must be connected again, a permission is missing, the access token is being
                renewed, or the platform did not return the values.
            TooManyRequests: the platform limits our requests.
            VaultUnavailable: the token cannot be decrypted now.
        """
        row = self._db.one(_queries["find_sealed"], connection_id=reference.id(), owner_id=reader.owner_id)
        if row is None:
            raise not_found()
        connection = _Sealed(**row)
        if not rulebook_for(connection.platform).choices or connection.ciphertext is None:
            return {"options": {}}
        if connection.status != "active":
            raise _reconnect(connection.status_reason or "Connect the account again.")
        lists = self._lists(connection, connection.ciphertext, reader)
        return {
            "options": {
                name: [{"value": choice.value, "label": choice.label} for choice in choices]
                for name, choices in lists.items()
            }
        }

    def _lists(self, connection: _Sealed, ciphertext: bytes, reader: Identity) -> Choices:
        key = sha256(connection.id.bytes + ciphertext).digest()
        if (known := self._recent.get(key, self._clock.now())) is not None:
            return known
        try:
            found = self._read(connection, ciphertext, reader.owner_id)
        except PublishError as error:
            raise self._failure(error, connection, ciphertext, reader) from None
        self._recent.add(key, found, self._clock.now())
        return found

    def _read(self, connection: _Sealed, ciphertext: bytes, owner_id: str) -> Choices:
        now, name = self._clock.now(), display_name(connection.platform)
        if connection.expires_at is not None and connection.expires_at <= now:
            raise TokenExpired("token_expired", f"The access token for {name} has expired.")
        try:
            token = self._vault().open(ciphertext, str(connection.id), owner_id)
        except TokenUnreadable:
            raise Rejected(RECONNECT, f"The stored {name} token is not valid. Connect the account again.") from None
        account = Account(
            str(connection.id),
            connection.platform,
            connection.account_id,
            connection.handle,
            connection.base_url,
            token,
        )
        with time_limit(PLATFORM_SECONDS):
            return read_choices_of(connection.platform)(self._http(), account, self._clock)

    def _failure(self, error: PublishError, connection: _Sealed, ciphertext: bytes, reader: Identity) -> DomainError:
        """Return the error for the caller.

        If the token has expired and can be refreshed, also request the refresh. If the account must be connected again,
        also record this on the connection.
        """
        name, now = display_name(connection.platform), self._clock.now()
        logger.info("the values of options cannot be read", extra={"connection": connection.id, "code": error.code})
        if isinstance(error, PermissionMissing):
            return Conflict(f"{error.reason} {_way_to_reconnect(connection.platform)}", code="scope_missing")
        if isinstance(error, RateLimited):
            seconds = max(1, round((error.until - now).total_seconds()))
            return TooManyRequests(error.reason, code="rate_limited", retry_after=seconds)
        if isinstance(error, TokenExpired):
            if connection.refresh_at is not None:
                self._db.fetch(
                    _queries["request_refresh"],
                    connection_id=connection.id,
                    owner_id=reader.owner_id,
                    refused=ciphertext,
                    now=now,
                )
                sentence = f"The access token for {name} is being renewed. Try again in a few minutes."
                return Conflict(sentence, code="token_expired")
            error = Rejected(RECONNECT, f"Our access to {name} has expired. Connect the account again.")
        if error.code == RECONNECT:
            Connections(self._db).require_reconnect(
                connection.id, reader.owner_id, error.reason, actor=ACTOR, now=now, refused=ciphertext
            )
            return _reconnect(error.reason)
        advice = " Try again in a few seconds." if isinstance(error, Transient) else ""
        return Conflict(error.reason + advice, code="options_unavailable")


def _reconnect(reason: str) -> Conflict:
    return Conflict(reason, code="reconnect_required")


def _way_to_reconnect(platform: str) -> str:
    call = "POST connections/authorize" if platform in AUTHORIZABLE else "POST connections"
    return f"To do so, call {call}."

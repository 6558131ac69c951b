"""Refreshes of stored tokens. Some refresh tokens are valid only once, so each refresh locks the token's row.

In one transaction, a refresh locks the row, calls the platform and saves the new token. Between the platform's
response and the commit, a rotated token exists only in this process. Therefore the key that seals the new token is
prepared before the call. If the save fails, it is repeated for 15 s, and then at the next refresh in this process.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.connections.store import Connections
from minutehand.oauth.refresh_call import RECONNECT, RefreshCall, RefreshedToken, StoredToken
from minutehand.oauth.single_flight import SingleFlight
from minutehand.platforms.catalog import display_name
from minutehand.platforms.errors import PublishError, RateLimited, Rejected, ServiceUnavailable
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, emit

FIRST_WAIT = timedelta(seconds=20)
"""The backoff after the first failed refresh. The backoff doubles with each further failure."""
MAX_WAIT = timedelta(minutes=4)
"""The maximum backoff, unless the platform requires a longer wait. This backoff is shorter than the interval of
token_refresher, so each run retries failed refreshes.
"""
OPERATOR_CODES = frozenset(["client_refused", "not_registered"])
"""The codes of errors that only the operator can resolve. After such an error, the backoff is `MAX_WAIT`."""
SAVE_INTERVAL = timedelta(milliseconds=500)
MAX_SAVE_TIME = timedelta(seconds=15)
SHARING_TIME = timedelta(seconds=30)
"""The time for which callers in this process share a refreshed token; see ``kept`` of `SingleFlight`."""
MAX_SHARED = 1_000

logger = Logger(child=True)
_queries = sql.load(__package__)


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token that has replaced an older one. ``ciphertext`` is the token in its stored, sealed form."""

    token: Mapping[str, str] = field(repr=False)
    ciphertext: bytes = field(repr=False)
    expires_at: datetime | None


class RefreshOutcome(StrEnum):
    """The outcome of a refresh that was due."""

    REFRESHED = "refreshed"
    FAILED = "failed"
    DISCONNECTED = "disconnected"


class Refresher:
    """Refreshes tokens. A refresher is thread-safe: threads that need the same token share one refresh."""

    def __init__(self, database: Callable[[], Database], refresh_call: RefreshCall, clock: Clock) -> None:
        """Create a refresher. ``database`` opens a new connection to Postgres for each refresh by `fresh`."""
        self._database = database
        self._refresh_call = refresh_call
        self._clock = clock
        self._shared = SingleFlight[tuple[UUID, str, bytes], FreshToken](kept=SHARING_TIME, max_entries=MAX_SHARED)
        self._lock = threading.Lock()
        self._unsaved: list[RefreshedToken] = []

    def fresh(self, connection_id: UUID, owner_id: str, seen: bytes) -> FreshToken:
        """Return the successor of the sealed token ``seen``, which has expired, expires soon or was refused.

        Raises:
            Rejected: the account is no longer connected, or its owner has to connect the account again.
            ServiceUnavailable: the token cannot be refreshed now, but a later attempt may succeed.
        """
        key = connection_id, owner_id, sha256(seen).digest()
        return self._shared.get(key, lambda: self._fresh(connection_id, owner_id, seen))

    def refresh_next(self, db: Database) -> RefreshOutcome | None:
        """Refresh the unlocked token that has been due the longest. Return the outcome, or None if no unlocked token is
        due.

        Raises:
            psycopg.Error: Postgres is unavailable, or a statement failed.
        """

        def take() -> StoredToken | None:
            row = db.one(_queries["lock_due_token"], now=self._clock.now())
            return None if row is None else StoredToken(**row)

        match self._refresh(db, take):
            case None:
                return None
            case FreshToken():
                return RefreshOutcome.REFRESHED
            case Rejected():
                return RefreshOutcome.DISCONNECTED
            case _:
                return RefreshOutcome.FAILED

    def _fresh(self, connection_id: UUID, owner_id: str, seen: bytes) -> FreshToken:
        def take() -> StoredToken | FreshToken | PublishError:
            row = db.one(_queries["lock_token"], connection_id=connection_id, owner_id=owner_id)
            if row is None:
                return Rejected("not_connected", "The account is no longer connected. Connect the account again.")
            stored = StoredToken(**row)
            return self._known(stored, seen) or stored

        db = self._database()
        try:
            outcome = self._refresh(db, take)
        except psycopg.OperationalError:
            logger.exception("a token could not be refreshed: Postgres is unavailable, or the token is locked")
            until = self._clock.now() + FIRST_WAIT
            raise ServiceUnavailable(
                "database_unavailable",
                "We could not refresh our access to the account, because the database is unavailable or another "
                "refresh of the token has not ended.",
                until=until,
            ) from None
        finally:
            db.close()
        assert outcome is not None, "take returns a token or an outcome"
        if isinstance(outcome, PublishError):
            raise outcome
        return outcome

    def _refresh(
        self, db: Database, take: Callable[[], StoredToken | FreshToken | PublishError | None]
    ) -> FreshToken | PublishError | None:
        """Lock a token with ``take`` and refresh it in one transaction. If ``take`` returns an outcome, return it.

        If the transaction fails after the platform has issued a new token, save the new token in another transaction.
        """
        self._save_unsaved(db)
        successor: RefreshedToken | None = None
        try:
            with db.transaction():
                db.fetch(_queries["set_timeouts"])
                stored = take()
                if not isinstance(stored, StoredToken):
                    return stored
                result = self._refresh_call.make(stored)
                if not isinstance(result, RefreshedToken):
                    return self._record_failure(db, stored, result)
                successor = result
                self._save(db, successor)
        except psycopg.OperationalError:
            if successor is None:
                raise
            self._save_repeatedly(db, successor)
        logger.info("token refreshed", extra=_ids(successor.of))
        return FreshToken(successor.token, successor.ciphertext, successor.lifetime.expires_at)

    def _known(self, stored: StoredToken, seen: bytes) -> FreshToken | PublishError | None:
        """Return an outcome that needs no call to the platform, or None if the call is needed."""
        name = display_name(stored.platform)
        if stored.status != "active":
            return Rejected(
                RECONNECT, stored.status_reason or f"Our access to {name} has expired. Connect the account again."
            )
        if stored.ciphertext != seen:
            token = self._refresh_call.open(stored)
            if isinstance(token, Rejected):
                return token
            if isinstance(token, PublishError):
                return _retry_later(stored, token, self._clock.now() + FIRST_WAIT)
            return FreshToken(token, stored.ciphertext, stored.expires_at)
        if stored.refresh_failures and stored.refresh_at is not None and stored.refresh_at > self._clock.now():
            postponed = PublishError("refresh_postponed", "The last refresh failed, and the next one is not due yet.")
            return _retry_later(stored, postponed, stored.refresh_at)
        return None

    def _record_failure(self, db: Database, stored: StoredToken, error: PublishError) -> PublishError:
        """Record a failed refresh and return the error for the caller."""
        fields = {**_ids(stored), "code": error.code, "why": error.reason}
        now = self._clock.now()
        if isinstance(error, Rejected) and error.code == RECONNECT:
            logger.info("an account has to be reconnected", extra=fields)
            Connections(db).require_reconnect(
                stored.connection_id,
                stored.owner_id,
                error.reason,
                actor=Actor("token_refresher"),
                now=now,
                refused=stored.ciphertext,
            )
            db.fetch(_queries["stop_refreshing"], connection_id=stored.connection_id, owner_id=stored.owner_id, now=now)
            return error
        logger.warning("a token could not be refreshed", extra=fields | {"failures": stored.refresh_failures + 1})
        emit(Metric.TOKEN_REFRESH_FAILURES, Platform=stored.platform)
        until = now + min(FIRST_WAIT * 2 ** min(stored.refresh_failures, 10), MAX_WAIT)
        if isinstance(error, RateLimited):
            until = max(until, error.until)
        if error.code in OPERATOR_CODES:
            until = now + MAX_WAIT
        db.fetch(
            _queries["postpone_refresh"],
            connection_id=stored.connection_id,
            owner_id=stored.owner_id,
            refresh_at=until,
            now=now,
        )
        return _retry_later(stored, error, until)

    def _save(self, db: Database, successor: RefreshedToken) -> None:
        """Replace the token with its successor, unless another token has replaced it in the meantime."""
        stored, lifetime = successor.of, successor.lifetime
        db.fetch(
            _queries["save_refreshed"],
            connection_id=stored.connection_id,
            owner_id=stored.owner_id,
            seen=stored.ciphertext,
            ciphertext=successor.ciphertext,
            expires_at=lifetime.expires_at,
            refresh_at=lifetime.refresh_at,
            refresh_expires_at=lifetime.refresh_expires_at,
            now=self._clock.now(),
        )

    def _save_repeatedly(self, db: Database, successor: RefreshedToken) -> None:
        """Repeat the save of a token for up to 15 s, because the transaction of the refresh has failed. If the
        save still fails, the next refresh in this process repeats it.

        A second save has no effect, because the token's predecessor is no longer stored.
        """
        until = self._clock.now() + MAX_SAVE_TIME
        while True:
            try:
                return self._save(db, successor)
            except psycopg.OperationalError:
                again = self._clock.now() + SAVE_INTERVAL
                if again > until:
                    logger.exception("a refreshed token is not saved yet", extra=_ids(successor.of))
                    with self._lock:
                        self._unsaved.append(successor)
                    raise
                self._clock.sleep_until(again)

    def _save_unsaved(self, db: Database) -> None:
        with self._lock:
            unsaved, self._unsaved = self._unsaved, []
        for number, successor in enumerate(unsaved):
            try:
                self._save(db, successor)
            except psycopg.OperationalError:
                with self._lock:
                    self._unsaved += unsaved[number:]
                raise


def _retry_later(stored: StoredToken, error: PublishError, until: datetime) -> ServiceUnavailable:
    name = display_name(stored.platform)
    return ServiceUnavailable(error.code, f"We could not refresh our access to {name}. {error.reason}", until=until)


def _ids(stored: StoredToken) -> dict[str, object]:
    return {"connection": stored.connection_id, "platform": stored.platform}

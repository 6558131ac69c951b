"""Keeps tokens fresh. A refresh token may be good once only, so whoever uses it holds the row of the token meanwhile.

A refresh is one transaction on a connection of its own: take the row, ask the platform, save what it gave. Between the
platform's answer and the commit a rotated token exists nowhere else; whatever can be done before that moment (the key
to seal it with) is, and the save is tried until Postgres takes it.
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
from minutehand.platforms.port import PublishError, RateLimited, Rejected
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, emit

FIRST_WAIT = timedelta(seconds=20)
"""The wait after a refresh that failed in passing; it doubles with each that follows."""
MAX_WAIT = timedelta(minutes=4)
"""Less than the time between two runs of token_refresher: while a token cannot be refreshed, each of them says so."""
OPERATOR_CODES = frozenset(["client_refused", "not_registered"])
"""Where only the operator can help, and asking often does not."""
SAVE_AGAIN = timedelta(milliseconds=500)
SAVE_PATIENCE = timedelta(seconds=15)
SHARED_FOR = timedelta(seconds=30)
"""How long this process answers from its memory who asks for the successor of the same token, twice that at most."""
MAX_SHARED = 1_000

logger = Logger(child=True)
_queries = sql.load(__package__)


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token that was refreshed, by us or by somebody else meanwhile, and the sealed form in which it is stored."""

    token: Mapping[str, str] = field(repr=False)
    ciphertext: bytes = field(repr=False)
    expires_at: datetime | None


class Result(StrEnum):
    """What came of a token that was due."""

    REFRESHED = "refreshed"
    FAILED = "failed"
    DISCONNECTED = "disconnected"


class Refresher:
    """Refreshes tokens. Safe to share between threads: those who want the same one share one refresh."""

    def __init__(self, database: Callable[[], Database], renewal: RefreshCall, clock: Clock) -> None:
        """``database`` gives a connection that nobody else uses; it is closed again."""
        self._database = database
        self._renewal = renewal
        self._clock = clock
        self._shared = SingleFlight[tuple[UUID, str, bytes], FreshToken](kept=SHARED_FOR, max_entries=MAX_SHARED)
        self._turn = threading.Lock()
        self._unsaved: list[RefreshedToken] = []

    def fresh(self, connection_id: UUID, owner_id: str, seen: bytes) -> FreshToken:
        """Return a token in the place of the sealed one ``seen``, which has run out or was refused.

        Raises:
            Rejected: ``reconnect_required``: it cannot be refreshed any more, and the connection says so now.
            RateLimited: it cannot be refreshed at this moment, for a reason that says nothing about the account.
        """
        key = connection_id, owner_id, sha256(seen).digest()
        return self._shared.get(key, lambda: self._fresh(connection_id, owner_id, seen))

    def refresh_next(self, db: Database) -> Result | None:
        """Refresh the token that has been due for longest, and that nobody else holds; None when there is none.

        Raises:
            psycopg.Error: Postgres is away.
        """

        def take() -> StoredToken | None:
            row = db.one(_queries["take_due"], now=self._clock.now())
            return None if row is None else StoredToken(**row)

        match self._refresh(db, take):
            case None:
                return None
            case FreshToken():
                return Result.REFRESHED
            case Rejected():
                return Result.DISCONNECTED
            case _:
                return Result.FAILED

    def _fresh(self, connection_id: UUID, owner_id: str, seen: bytes) -> FreshToken:
        def take() -> StoredToken | FreshToken | PublishError:
            row = db.one(_queries["hold"], connection_id=connection_id, owner_id=owner_id)
            if row is None:
                return Rejected("not_connected", "The account is not connected any more.")
            held = StoredToken(**row)
            return self._known(held, seen) or held

        db = self._database()
        try:
            outcome = self._refresh(db, take)
        except psycopg.OperationalError:
            logger.exception("a token could not be refreshed: Postgres is away, or another holds it for long")
            until = self._clock.now() + FIRST_WAIT
            raise RateLimited(
                "database_unavailable", "The access could not be renewed just now.", until=until
            ) from None
        finally:
            db.close()
        assert outcome is not None, "what is taken here is a token, or what is known of it"
        if isinstance(outcome, PublishError):
            raise outcome
        return outcome

    def _refresh(
        self, db: Database, take: Callable[[], StoredToken | FreshToken | PublishError | None]
    ) -> FreshToken | PublishError | None:
        """Take a token and refresh it, in one transaction, which what ``take`` returns instead of one ends at once.

        When the transaction breaks after the platform has given a new token, that is saved all the same.
        """
        self._save_left_over(db)
        successor: RefreshedToken | None = None
        try:
            with db.transaction():
                db.fetch(_queries["bound"])
                held = take()
                if not isinstance(held, StoredToken):
                    return held
                answer = self._renewal.ask(held)
                if not isinstance(answer, RefreshedToken):
                    return self._note(db, held, answer)
                successor = answer
                self._save(db, successor)
        except psycopg.OperationalError:
            if successor is None:
                raise
            self._save_for_certain(db, successor)
        logger.info("token refreshed", extra=_ids(successor.of))
        return FreshToken(successor.token, successor.ciphertext, successor.lifetime.expires_at)

    def _known(self, held: StoredToken, seen: bytes) -> FreshToken | PublishError | None:
        """Return what is known without asking the platform; None when it is to be asked."""
        name = display_name(held.platform)
        if held.status != "active":
            return Rejected(RECONNECT, held.status_reason or f"The access to {name} has ended: connect it again.")
        if held.ciphertext != seen:
            token = self._renewal.open(held)
            if isinstance(token, Rejected):
                return token
            if isinstance(token, PublishError):
                return _not_now(held, token, self._clock.now() + FIRST_WAIT)
            return FreshToken(token, held.ciphertext, held.expires_at)
        if held.refresh_failures and held.refresh_at is not None and held.refresh_at > self._clock.now():
            tried = PublishError("refresh_postponed", "It was tried a moment ago.")
            return _not_now(held, tried, held.refresh_at)
        return None

    def _note(self, db: Database, held: StoredToken, error: PublishError) -> PublishError:
        """Write down that there is no new token, and return what is to be made of it."""
        said = {**_ids(held), "code": error.code, "why": error.reason}
        now = self._clock.now()
        if isinstance(error, Rejected) and error.code == RECONNECT:
            logger.info("an account has to be connected again", extra=said)
            Connections(db).require_reconnect(
                held.connection_id, held.owner_id, error.reason, now=now, seen=held.ciphertext
            )
            db.fetch(_queries["give_up"], connection_id=held.connection_id, owner_id=held.owner_id, now=now)
            return error
        logger.warning("a token could not be refreshed", extra=said | {"failures": held.refresh_failures + 1})
        emit(Metric.TOKEN_REFRESH_FAILURES, Platform=held.platform)
        until = now + min(FIRST_WAIT * 2 ** min(held.refresh_failures, 10), MAX_WAIT)
        if isinstance(error, RateLimited):
            until = max(until, error.until)
        if error.code in OPERATOR_CODES:
            until = now + MAX_WAIT
        db.fetch(
            _queries["postpone"], connection_id=held.connection_id, owner_id=held.owner_id, refresh_at=until, now=now
        )
        return _not_now(held, error, until)

    def _save(self, db: Database, successor: RefreshedToken) -> None:
        """Put the successor in its place, unless another has taken that since."""
        held, lives = successor.of, successor.lifetime
        db.fetch(
            _queries["save_refreshed"],
            connection_id=held.connection_id,
            owner_id=held.owner_id,
            seen=held.ciphertext,
            ciphertext=successor.ciphertext,
            expires_at=lives.expires_at,
            refresh_at=lives.refresh_at,
            refresh_expires_at=lives.refresh_expires_at,
            now=self._clock.now(),
        )

    def _save_for_certain(self, db: Database, successor: RefreshedToken) -> None:
        """Save a token whose transaction broke, as soon as Postgres is back; or else with the next refresh from here.

        Saving twice does no harm: the second time its predecessor is not there any more.
        """
        until = self._clock.now() + SAVE_PATIENCE
        while True:
            try:
                return self._save(db, successor)
            except psycopg.OperationalError:
                again = self._clock.now() + SAVE_AGAIN
                if again > until:
                    logger.exception("a refreshed token is not saved yet", extra=_ids(successor.of))
                    with self._turn:
                        self._unsaved.append(successor)
                    raise
                self._clock.sleep_until(again)

    def _save_left_over(self, db: Database) -> None:
        with self._turn:
            left_over, self._unsaved = self._unsaved, []
        for number, successor in enumerate(left_over):
            try:
                self._save(db, successor)
            except psycopg.OperationalError:
                with self._turn:
                    self._unsaved += left_over[number:]
                raise


def _not_now(held: StoredToken, error: PublishError, until: datetime) -> RateLimited:
    name = display_name(held.platform)
    return RateLimited(error.code, f"The access to {name} could not be renewed just now. {error.reason}", until=until)


def _ids(held: StoredToken) -> dict[str, object]:
    return {"connection": held.connection_id, "platform": held.platform}

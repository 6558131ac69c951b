"""Publishes a batch: leases its publications, attempts them in parallel, and records each outcome immediately."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.connections.store import Connections
from minutehand.media.references import require_resolved
from minutehand.platforms.catalog import display_name
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.port import (
    Account,
    Adapter,
    Content,
    InDoubt,
    PublishError,
    Rejected,
    TokenExpired,
    Transient,
    Withdrawn,
)
from minutehand.platforms.rulebook import Rulebook, rulebook_for, rulebook_for_any_server
from minutehand.platforms.validation import later_part_problems
from minutehand.publishing.attempt import LiveAttempt
from minutehand.publishing.credentials import RECONNECT, Credentials, OpenToken, Refresh
from minutehand.publishing.ledger import Ledger
from minutehand.publishing.outcomes import DEFAULT_POLICY, AdapterResult, connection_lost, outcome_of, with_omissions
from minutehand.publishing.windows import is_past_window, missed_window
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.outbox import Outbox, Sendable
from minutehand.queue.retry import DATABASE_UNAVAILABLE_BACKOFF, LOCKED_BACKOFF, MAX_LEASES, RetryPolicy
from minutehand.runtime.clock import Clock
from minutehand.runtime.config import MAX_SEND_LEAD_SECONDS
from minutehand.runtime.db import Database

MAX_EARLINESS = timedelta(seconds=MAX_SEND_LEAD_SECONDS + 2)
"""If a publication is due within this time, the publisher leases it and waits. A message that arrives earlier goes back
to the queue. This time exceeds the longest lead by more than the second that rounding may add. Otherwise a redelivered
message could arrive too early again."""
LEASE_MARGIN = timedelta(seconds=30)
"""The time for which a lease continues after the end of its invocation, so that no publisher takes over the work of a
live publisher.
"""
RECORD_RETRY_DELAY = timedelta(seconds=1)
"""The wait before recording an outcome again."""
MAX_ATTEMPT_TIME = timedelta(seconds=20)
"""The maximum duration of one attempt. The next attempt continues longer work, such as a large upload."""

logger = Logger(child=True)


type Observe = Callable[[Work, Callable[[], Outcome | None]], Outcome | None]


@dataclass(slots=True)
class BatchReport:
    """The outcomes of a batch, and the times at which SQS delivers the messages to retry."""

    retry_at: dict[UUID, datetime] = field(default_factory=dict)
    outcomes: list[tuple[Work, Outcome]] = field(default_factory=list)


class Publisher:
    """Publishes the publications in a batch of messages. Each execution environment has one instance."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        adapters: Callable[[Work], Adapter],
        open_token: OpenToken,
        *,
        horizon: timedelta,
        concurrency: int = 10,
        policy: RetryPolicy = DEFAULT_POLICY,
        refresh: Refresh | None = None,
        observe: Observe = lambda _, attempt: attempt(),
        resolve_media: Callable[[Content, str], Content] = lambda content, _: content,
        with_card: Callable[[Content, Work], Content] = lambda content, _: content,
    ) -> None:
        """``adapters``: returns the adapter of a publication. ``open_token``: see `OpenToken`.

        ``refresh``: replaces an expired token. If ``refresh`` is None, the owner has to reconnect. ``observe``:
        receives a publication and a function that makes the attempt. ``observe`` must call that function once in the
        same thread. ``resolve_media``: replaces the references to media items in an owner's content with addresses.
        ``with_card``:
        adds the stored link card of a publication to its content.
        """
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._adapters = adapters
        self._open_token = open_token
        self._horizon = horizon
        self._policy = policy
        self._refresh = refresh
        self._observe = observe
        self._resolve_media = resolve_media
        self._with_card = with_card
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="publication")

    def publish(self, ids: Sequence[UUID], *, deadline: datetime) -> BatchReport:
        """Publish these publications. The caller's process ends at ``deadline`` at the latest.

        The caller has to retry the messages in the report's ``retry_at``. The caller may delete all other messages:
        their publications have ended, have another message, or belong to another publisher.
        """
        report = BatchReport()
        ledger = Ledger(self._db, self._clock, uuid4())
        now = self._clock.now()
        soon = now + MAX_EARLINESS
        try:
            leased = ledger.lease(ids, now=now, soon=soon, until=deadline + LEASE_MARGIN)
        except psycopg.OperationalError:
            logger.exception("Postgres is unavailable; the messages are retried later")
            report.retry_at = dict.fromkeys(ids, now + DATABASE_UNAVAILABLE_BACKOFF)
            return report
        crashed: list[UUID] = []
        if missing := set(ids) - {work.id for work in leased}:
            retry_at, crashed = self._not_leased(ledger, sorted(missing), now)
            report.retry_at |= retry_at
        released: list[Sendable] = []  # the parts of threads that the recorded outcomes released
        with self._db.after_commit(released.extend):
            self._attempt_all(leased, ledger, deadline, report)
            self._attempt_crashed(crashed, ledger, deadline, report)
        self._send_next(report, released)
        return report

    def _attempt_all(self, leased: Sequence[Work], ledger: Ledger, deadline: datetime, report: BatchReport) -> None:
        attempted = self._pool.map(lambda work: (work, self._observed(work, ledger, deadline)), leased)
        report.outcomes += [(work, outcome) for work, outcome in attempted if outcome is not None]

    def _attempt_crashed(
        self, crashed: Sequence[UUID], ledger: Ledger, deadline: datetime, report: BatchReport
    ) -> None:
        """Attempt the publications that a publisher left behind when it died. These publications are attempted one at a
        time, after all other publications of the batch. If one publication crashes the publisher again, the crash
        neither affects nor counts against the other publications, which may belong to other owners.
        """
        for publication_id in random.sample(crashed, len(crashed)):  # in random order: the first one may crash
            now = self._clock.now()
            if deadline - now < MAX_ATTEMPT_TIME:
                report.retry_at[publication_id] = now + LOCKED_BACKOFF
                continue
            soon, until = now + MAX_EARLINESS, deadline + LEASE_MARGIN
            try:
                leased = ledger.lease([publication_id], now=now, soon=soon, until=until, crashed=True)
            except psycopg.OperationalError:
                logger.exception("Postgres is unavailable; the other messages are retried later")
                report.retry_at[publication_id] = now + DATABASE_UNAVAILABLE_BACKOFF
                continue
            if not leased:  # the publication was moved, or its row is locked
                retry_at, locked = self._not_leased(ledger, [publication_id], now)
                report.retry_at |= retry_at | dict.fromkeys(locked, now + LOCKED_BACKOFF)
            self._attempt_all(leased, ledger, deadline, report)

    def _not_leased(
        self, ledger: Ledger, ids: Sequence[UUID], now: datetime
    ) -> tuple[dict[UUID, datetime], list[UUID]]:
        """Return the retry times of open publications that were not leased, and the ids of publications that crashed.

        No message is retried at once, because SQS delivers a message only three times.
        """
        try:
            waiting, crashed = ledger.not_leased(ids, now=now, soon=now + MAX_EARLINESS)
        except psycopg.OperationalError:
            logger.exception("Postgres is unavailable; the messages of other publications are retried later")
            return dict.fromkeys(ids, now + DATABASE_UNAVAILABLE_BACKOFF), []
        retry_at = {publication_id: max(at, now + LOCKED_BACKOFF) for publication_id, at in waiting.items()}
        return retry_at, crashed

    def _send_next(self, report: BatchReport, released: Sequence[Sendable]) -> None:
        next_attempts = [
            (work, outcome, outcome.next_attempt_at)
            for work, outcome in report.outcomes
            if outcome.next_attempt_at is not None
        ]
        report.retry_at |= {work.id: at for work, outcome, at in next_attempts if outcome.reuse_message}
        now = self._clock.now()
        # If the next attempt lies beyond the horizon, a later tick sends the publication.
        publications = [
            Sendable(work.id, work.job_id, work.owner_id, at)
            for work, outcome, at in next_attempts
            if not outcome.reuse_message and at <= now + self._horizon
        ] + list(released)
        if publications:
            try:
                self._outbox.dispatch(self._db, publications, now)
            except psycopg.OperationalError:
                logger.exception("could not record which messages were sent; the tick sends them again")

    def _observed(self, work: Work, ledger: Ledger, deadline: datetime) -> Outcome | None:
        return self._observe(work, lambda: self._attempt(work, ledger, deadline))

    def _attempt(self, work: Work, ledger: Ledger, deadline: datetime) -> Outcome | None:
        """Make one attempt at a publication, and record and return its outcome. Return None if the lease is lost."""
        attempt = LiveAttempt(work, ledger, self._clock, min(deadline, self._clock.now() + MAX_ATTEMPT_TIME))
        credentials = Credentials(work, self._open_token, self._refresh, self._clock)
        reconciling = work.previous_state == "publishing" and work.armed_at is not None
        result: AdapterResult | None = None
        try:
            with time_limit((deadline - self._clock.now()).total_seconds()):
                result = self._result(work, attempt, credentials, reconciling=reconciling)
        except Withdrawn:
            logger.info("the publication was cancelled or taken over", extra={"publication": work.id})
            return None
        except psycopg.OperationalError:
            logger.exception("Postgres is unavailable", extra={"publication": work.id})
            if attempt.armed:  # the call may have been made, so the next publisher reconciles it
                return None
            outcome = connection_lost(work, now=self._clock.now())
        else:
            outcome = outcome_of(
                work, result, armed=attempt.armed, reconciling=reconciling, now=self._clock.now(), policy=self._policy
            )
            outcome = with_omissions(outcome, attempt.checkpoint)
        try:
            if not self._record(work, outcome, ledger, deadline):
                return None
            self._require_reconnect(work, result, credentials)
            return replace(outcome, called_at=attempt.called_at)
        except Exception:
            # The error must not end the invocation. Otherwise Lambda would freeze the other threads during their calls,
            # for longer than their leases last. The next publisher leases this publication again, at most `MAX_LEASES`
            # times.
            logger.exception(
                "an outcome could not be recorded", extra={"publication": work.id, "platform": work.platform}
            )
            return None

    def _result(
        self, work: Work, attempt: LiveAttempt, credentials: Credentials, *, reconciling: bool
    ) -> AdapterResult:
        if work.leases > MAX_LEASES:
            return _too_many_leases(work, reconciling=reconciling)
        if work.content is None:
            return _not_composed(work, reconciling=reconciling)
        if work.next_attempt_at > work.due_at:  # a retry waits before the preparation, and not only before the call
            self._clock.sleep_until(work.next_attempt_at)
        try:
            if is_past_window(work, self._clock.now()):
                return missed_window(work)
            adapter, account = self._adapters(work), credentials.account()
            content = self._with_card(self._resolve_media(work.content, work.owner_id), work)
            try:
                return _call(adapter, work, content, account, attempt, reconciling=reconciling)
            except TokenExpired:
                account = credentials.renew(account)
                if attempt.armed and work.armed_at is None:
                    raise  # an attempt can arm only once, so the next attempt uses the new token at once
                return _call(adapter, work, content, account, attempt, reconciling=reconciling)
        except PublishError as error:
            return error
        except (Withdrawn, psycopg.OperationalError):
            raise
        except Exception:
            logger.exception("internal error", extra={"publication": work.id, "platform": work.platform})
            reason = f"An internal error interrupted publishing on {display_name(work.platform)}."
            return InDoubt("internal_error", reason) if attempt.armed else Transient("internal_error", reason)

    def _require_reconnect(self, work: Work, result: AdapterResult | None, credentials: Credentials) -> None:
        """Mark the connection if its authorisation is no longer valid. The owner sees the mark. All attempts stop."""
        if not isinstance(result, Rejected) or result.code != RECONNECT:
            return
        if work.connection_id is not None and work.connection_status == "active":
            Connections(self._db).require_reconnect(
                work.connection_id, work.owner_id, result.reason, now=self._clock.now(), refused=credentials.seen
            )

    def _record(self, work: Work, outcome: Outcome, ledger: Ledger, deadline: datetime) -> bool:
        """Record ``outcome``, retrying until ``deadline`` if Postgres is unavailable. Return whether it was recorded.

        A second recording changes nothing, because the publication is no longer leased.
        """
        while True:
            try:
                return ledger.record(work, outcome)
            except psycopg.OperationalError:
                again = self._clock.now() + RECORD_RETRY_DELAY
                if again >= deadline:
                    logger.exception("an outcome was not recorded", extra={"publication": work.id})
                    return False
                self._clock.sleep_until(again)


def _call(
    adapter: Adapter, work: Work, content: Content, account: Account, attempt: LiveAttempt, *, reconciling: bool
) -> AdapterResult:
    if reconciling:
        return adapter.reconcile(content, account, attempt)
    if work.previous_state == "processing":
        return adapter.resume(content, account, attempt)
    require_resolved(content)  # not checked during a reconciliation, because the post may already be public
    problems = _rulebook(work).problems(content)
    if not problems and work.part == 1:
        problems = later_part_problems(work.post, work.platform)
    if problems:
        return Rejected("invalid_content", " ".join(problems))
    return adapter.publish(content, account, attempt)


def _rulebook(work: Work) -> Rulebook:
    """Return the rules for a post. The adapter checks the limits of the account's server."""
    return rulebook_for(work.platform) if work.sandbox else rulebook_for_any_server(work.platform)


def _not_composed(work: Work, *, reconciling: bool) -> AdapterResult:
    if reconciling:
        return Rejected("internal_error", "The post cannot be composed because of an internal error.")
    name = display_name(work.platform)
    return Rejected("internal_error", f"This post cannot be composed for {name} because of an internal error.")


def _too_many_leases(work: Work, *, reconciling: bool) -> AdapterResult:
    name = display_name(work.platform)
    if reconciling:
        return Rejected("internal_error", "An internal error stopped every attempt to check.")
    return Rejected("internal_error", f"An internal error stopped publishing on {name} {work.leases - 1} times.")

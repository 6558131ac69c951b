"""Publishes the publications of a batch and, while threads are free, other due publications. The publisher leases the
publications, attempts them in parallel, and records each outcome immediately.
"""

import random
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.connections.store import Connections
from minutehand.media.resolution import require_resolved
from minutehand.platforms.catalog import PLATFORMS, display_name
from minutehand.platforms.deadline import patience, time_limit, user_server
from minutehand.platforms.errors import InDoubt, PublishError, Rejected, TokenExpired, Transient, Withdrawn
from minutehand.platforms.port import Account, Adapter, Content
from minutehand.platforms.rulebook import Rulebook, rulebook_for, rulebook_for_any_server
from minutehand.platforms.validation import later_part_problems
from minutehand.publishing.attempt import LiveAttempt
from minutehand.publishing.credentials import RECONNECT, Credentials, OpenToken, Refresh
from minutehand.publishing.ledger import Ledger
from minutehand.publishing.outcomes import DEFAULT_POLICY, AdapterResult, connection_lost, outcome_of, with_omissions
from minutehand.publishing.rotation import Rotation
from minutehand.publishing.windows import is_past_window, missed_window
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.queue.retry import DATABASE_UNAVAILABLE_BACKOFF, LOCKED_BACKOFF, MAX_LEASES, RetryPolicy
from minutehand.queue.sendable import Sendable
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.configs.queue import MAX_SEND_LEAD_SECONDS
from minutehand.runtime.db import Database

MAX_EARLINESS = timedelta(seconds=MAX_SEND_LEAD_SECONDS + 2)
"""If a publication is due within this time, the publisher leases it and waits. A message that arrives earlier goes back
to the queue. This time is longer than the longest lead plus the second that rounding may add, so a message that
arrives with the longest lead does not go back.
"""
LEASE_MARGIN = timedelta(seconds=30)
"""The time for which a lease continues after the deadline of its invocation. The function's timeout ends the invocation
before the lease expires, so no publisher takes over the work of a live publisher.
"""
RECORD_RETRY_DELAY = timedelta(seconds=1)
"""The wait before an outcome is recorded again, if Postgres was unavailable."""
MAX_ATTEMPT_TIME = timedelta(seconds=20)
"""The time after which an attempt interrupts long work, such as a large upload. The next attempt continues the work."""
MAX_SERVER_SECONDS = 10.0
"""The maximum time for which one attempt waits for servers that users name. This time includes the publish call.
Arriving media extend this time to at most 20 s (see `minutehand.platforms.deadline`).
"""
LOOK_INTERVAL = timedelta(milliseconds=300)
"""The usual time between two searches for due publications. An attempt that takes this long counts as slow, and free
threads do not wait for it.
"""
GATHER_SECONDS = 0.002
"""The maximum time for which a publisher waits for the next thread to become free, so that one statement leases
publications for several threads. Threads that made their publish calls together become free together, and then publish
together again.
"""

logger = Logger(child=True)


type Observe = Callable[[Work, Callable[[], Outcome | None]], Outcome | None]


@dataclass(slots=True)
class _Run:
    """One invocation. ``named``: the publications that its messages name."""

    ledger: Ledger
    deadline: datetime
    named: frozenset[UUID]
    retry_at: dict[UUID, datetime] = field(default_factory=dict)
    """The publications whose messages are still needed, and the times at which to retry these messages."""
    next_parts: deque[Sendable] = field(default_factory=deque)
    """The later parts that can be published after the recorded outcomes, and whose messages are not sent yet."""
    in_hand: dict[Future[Outcome | None], tuple[Work, datetime]] = field(default_factory=dict)
    """The publications that threads are attempting, and the times at which the attempts began."""
    may_look: bool = True
    """Whether the publisher may lease other due publications."""


class Publisher:
    """Publishes the publications in a batch of messages, and other due publications.

    Each execution environment has one instance. While a thread is free and time is left, the publisher leases other due
    publications, fairly among the owners (see `Rotation`). If the message of such a publication arrives later, the
    message is ignored.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        adapters: Callable[[Work], Adapter],
        open_token: OpenToken,
        *,
        horizon: timedelta,
        lead: timedelta = timedelta(seconds=1),
        concurrency: int = 10,
        policy: RetryPolicy = DEFAULT_POLICY,
        refresh: Refresh | None = None,
        observe: Observe = lambda _, attempt: attempt(),
        resolve_media: Callable[[Content, str], Content] = lambda content, _: content,
        with_card: Callable[[Content, Work], Content] = lambda content, _: content,
    ) -> None:
        """Create a publisher. ``adapters``: returns the adapter of a publication. ``open_token``: see `OpenToken`.

        ``lead``: the interval before the time of a publication in which it may be leased without its message.
        ``concurrency``: the number of threads. ``refresh``: replaces an expired token. If ``refresh`` is None, the
        owner has to connect the account again. ``observe``: receives a publication and a function that makes the
        attempt. ``observe`` must call that function once in the same thread. ``resolve_media``: replaces the references
        to media items in an owner's content with addresses. ``with_card``: adds the stored link card of a publication
        to its content.
        """
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._adapters = adapters
        self._open_token = open_token
        self._horizon = horizon
        self._lead = lead
        self._concurrency = concurrency
        self._rotation = Rotation()
        self._looked_at: datetime | None = None
        self._more_waits = False
        self._policy = policy
        self._refresh = refresh
        self._observe = observe
        self._resolve_media = resolve_media
        self._with_card = with_card
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="publication")

    def publish(self, ids: Sequence[UUID], *, deadline: datetime) -> dict[UUID, datetime]:
        """Publish these publications and, while threads are free, other due publications. Return the publications whose
        messages are still needed, and the times at which the caller has to retry these messages.

        The caller may delete all other messages: their publications have ended, are held, belong to another publisher,
        or get another message. ``deadline``: the time by which the work should end.
        """
        run = _Run(Ledger(self._db, self._clock, uuid4()), deadline, frozenset(ids))
        now = self._clock.now()
        try:
            leased = self._lease(ids, run, now)
        except psycopg.OperationalError:
            logger.exception("Postgres is unavailable; the messages are retried later")
            run.retry_at |= dict.fromkeys(ids, self._after(DATABASE_UNAVAILABLE_BACKOFF, now))
            return run.retry_at
        crashed: list[UUID] = []
        if missing := run.named - {work.id for work in leased}:
            retry_at, crashed = self._not_leased(run.ledger, sorted(missing), now)
            run.retry_at |= retry_at
        with self._db.after_commit(run.next_parts.extend):
            # Publications that may have crashed a publisher are attempted last. Do not delay them by leasing other
            # publications without their messages.
            run.may_look = not crashed
            self._attempt_all(leased, run)
            self._attempt_crashed(crashed, run)
        return run.retry_at

    def _lease(self, ids: Sequence[UUID], run: _Run, now: datetime, *, crashed: bool = False) -> list[Work]:
        soon, until = now + MAX_EARLINESS, run.deadline + LEASE_MARGIN
        return run.ledger.lease(ids, now=now, soon=soon, until=until, crashed=crashed)

    def _attempt_all(self, leased: Sequence[Work], run: _Run) -> None:
        """Attempt these publications and, while a thread is free, other due publications."""
        ended: list[tuple[Work, Outcome]] = []
        while True:
            self._begin(leased, run)
            self._begin(self._lease_further(run), run)
            self._send_next(ended, run)
            if not run.in_hand:
                return
            leased, ended = [], self._wait(run)

    def _begin(self, leased: Sequence[Work], run: _Run) -> None:
        now = self._clock.now()
        for work in leased:
            run.retry_at.pop(work.id, None)
            self._rotation.begin(work.owner_id, now)
            run.in_hand[self._pool.submit(self._observed, work, run)] = work, now

    def _lease_further(self, run: _Run) -> list[Work]:
        """Lease up to one due publication for each free thread, fairly among the owners.

        If an attempt is slow, the other threads do not wait for it. Otherwise the publisher leaves most publications to
        their messages, which arrive soon. In this case, the publisher searches only every `LOOK_INTERVAL`, for owners
        that have not recently used a thread, because the messages of these owners may arrive late. Publications that
        are overdue by more than `LATE_TOLERANCE` are left to the tick, which plans their slots.
        """
        now, free, slow = self._clock.now(), self._concurrency - len(run.in_hand), self._is_slow(run)
        waited = self._looked_at is None or now - self._looked_at >= LOOK_INTERVAL
        if not run.may_look or free <= 0 or run.deadline - now < MAX_ATTEMPT_TIME:
            return []
        if not waited and not (slow and self._more_waits):
            return []
        since, soon, shares = now - LATE_TOLERANCE, now + self._lead, self._rotation.shares(now)
        self._looked_at, self._more_waits = now, False
        try:
            ids = run.ledger.list_due(shares, others_only=not slow, since=since, soon=soon, limit=free)
            self._more_waits = len(ids) == free
            return self._lease(ids, run, now) if ids else []
        except psycopg.Error:  # the error must not end the invocation while threads make calls
            logger.exception("no further publications are leased, because Postgres failed")
            run.may_look = False
            return []

    def _is_slow(self, run: _Run) -> bool:
        """Return whether an attempt has taken at least `LOOK_INTERVAL`, without the wait for its publication's time."""
        now = self._clock.now()
        return any(now - max(began, work.next_attempt_at) >= LOOK_INTERVAL for work, began in run.in_hand.values())

    def _wait(self, run: _Run) -> list[tuple[Work, Outcome]]:
        """Wait for the threads, except slow ones, and return the outcomes of the ended publications."""
        slow, seconds = self._is_slow(run), LOOK_INTERVAL.total_seconds() if run.may_look else None
        done, others = wait(run.in_hand, seconds, FIRST_COMPLETED if slow else ALL_COMPLETED)
        while slow and done and others:
            more, others = wait(others, GATHER_SECONDS, FIRST_COMPLETED)
            if not more:
                break
            done |= more
        ended = []
        for future in done:
            work, _ = run.in_hand.pop(future)
            self._rotation.end(work.owner_id, self._clock.now())
            if (outcome := future.result()) is not None:
                ended.append((work, outcome))
        return ended

    def _attempt_crashed(self, crashed: Sequence[UUID], run: _Run) -> None:
        """Attempt the publications that a publisher left behind when it died. These publications are attempted one at a
        time, after all other publications of the batch. If one publication crashes the publisher again, the crash
        neither affects nor counts against the other publications, which may belong to other owners.
        """
        for publication_id in random.sample(crashed, len(crashed)):  # random order: the first one may crash again
            now = self._clock.now()
            if run.deadline - now < MAX_ATTEMPT_TIME:
                run.retry_at[publication_id] = self._after(LOCKED_BACKOFF, now)
                continue
            try:
                leased = self._lease([publication_id], run, now, crashed=True)
            except psycopg.OperationalError:
                logger.exception("Postgres is unavailable; the other messages are retried later")
                run.retry_at[publication_id] = self._after(DATABASE_UNAVAILABLE_BACKOFF, now)
                continue
            if not leased:  # the publication was moved, or its row is locked
                waiting, locked = self._not_leased(run.ledger, [publication_id], now)
                run.retry_at |= waiting | dict.fromkeys(locked, self._after(LOCKED_BACKOFF, now))
            self._attempt_all(leased, run)

    def _not_leased(
        self, ledger: Ledger, ids: Sequence[UUID], now: datetime
    ) -> tuple[dict[UUID, datetime], list[UUID]]:
        """Return the retry times of publications that still need a publisher, and the ids of publications whose last
        publisher died.

        No message is retried immediately, because SQS counts each delivery as a receive, and moves a message with too
        many receives to the dead-letter queue.
        """
        try:
            waiting, crashed = ledger.not_leased(ids, now=now, soon=now + MAX_EARLINESS)
        except psycopg.OperationalError:
            logger.exception("Postgres is unavailable; the messages of other publications are retried later")
            return dict.fromkeys(ids, self._after(DATABASE_UNAVAILABLE_BACKOFF, now)), []
        earliest = self._after(LOCKED_BACKOFF, now)
        return {publication_id: max(at, earliest) for publication_id, at in waiting.items()}, crashed

    def _after(self, wait: timedelta, now: datetime) -> datetime:
        """Return the retry time of a message that SQS is to deliver after ``wait``. The retry time is later than the
        delivery by the lead.
        """
        return now + wait + self._lead

    def _send_next(self, ended: Sequence[tuple[Work, Outcome]], run: _Run) -> None:
        """Send the messages of the next attempts, and of the later parts that can now be published.

        A publication that this publisher has leased again in the meantime needs no message.
        """
        now, leased = self._clock.now(), {work.id for work, _ in run.in_hand.values()}
        publications: list[Sendable] = []
        for work, outcome in ended:
            at = outcome.next_attempt_at
            if at is None or work.id in leased:
                continue
            if outcome.reuse_message:
                run.retry_at[work.id] = at
            elif at <= now + self._horizon:  # beyond the horizon, a later tick sends the message
                publications.append(Sendable(work.id, work.job_id, work.owner_id, at))
        while run.next_parts:
            part = run.next_parts.popleft()
            if part.id not in leased:
                publications.append(part)
        if publications:
            try:
                self._outbox.dispatch(self._db, publications, now)
            except psycopg.OperationalError:
                logger.exception("could not record which messages were sent; the tick sends them again")

    def _observed(self, work: Work, run: _Run) -> Outcome | None:
        return self._observe(work, lambda: self._attempt(work, run))

    def _attempt(self, work: Work, run: _Run) -> Outcome | None:
        """Prepare a publication, make its publish call, and record and return the outcome. Return None if no outcome
        was recorded.
        """
        ledger, deadline = run.ledger, run.deadline
        attempt = LiveAttempt(work, ledger, self._clock, min(deadline, self._clock.now() + MAX_ATTEMPT_TIME))
        credentials = Credentials(work, self._open_token, self._refresh, self._clock)
        reconciling = work.previous_state == "publishing" and work.armed_at is not None
        result: AdapterResult | None = None
        try:
            with time_limit((deadline - self._clock.now()).total_seconds()), patience(MAX_SERVER_SECONDS):
                result = self._result(work, attempt, credentials, reconciling=reconciling)
        except Withdrawn:
            logger.info("the attempt was withdrawn", extra={"publication": work.id})
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
        if work.id not in run.named:  # it was leased without its message, so there is no message to reuse
            outcome = replace(outcome, reuse_message=False)
        try:
            if not self._record(work, outcome, ledger, deadline):
                return None
            self._require_reconnect(work, result, credentials)
            return replace(outcome, called_at=attempt.called_at)
        except Exception:
            # The error must not end the invocation, because Lambda then freezes the other threads during their calls,
            # possibly for longer than their leases last. The next publisher leases this publication again, at most
            # `MAX_LEASES` times.
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
        if work.part > 1 and work.content.reply_to is None and not reconciling:
            return _nothing_to_reply_to()
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
                    raise  # an attempt can arm only once, so the next attempt uses the new token immediately
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
        """Mark the connection if its owner has to connect the account again. The owner sees the mark, and the
        connection's publications fail until the account is connected again.
        """
        if not isinstance(result, Rejected) or result.code != RECONNECT:
            return
        if work.connection_id is not None and work.connection_status == "active":
            Connections(self._db).require_reconnect(
                work.connection_id,
                work.owner_id,
                result.reason,
                actor=Actor("publisher"),
                now=self._clock.now(),
                refused=credentials.seen,
            )

    def _record(self, work: Work, outcome: Outcome, ledger: Ledger, deadline: datetime) -> bool:
        """Record ``outcome``, retrying until ``deadline`` if Postgres is unavailable. Return whether it was recorded.

        A second recording does no harm. It changes nothing or, if the publish call is still in doubt, only repeats an
        entry of the ledger.
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
    named_by_user = work.platform in PLATFORMS and PLATFORMS[work.platform].user_servers
    with user_server() if named_by_user else nullcontext():
        return _call_server(adapter, work, content, account, attempt, reconciling=reconciling)


def _call_server(
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
    return Rejected(
        "internal_error", f"This post cannot be composed for {name} because of an internal error. Retry the post."
    )


def _nothing_to_reply_to() -> AdapterResult:
    """Refuse a part that would be published as a post of its own, and not as a reply."""
    return Rejected(
        "earlier_part_without_id",
        "The earlier part was confirmed by a person, so its id on the platform is unknown, and this part cannot reply "
        "to it. Publish this part yourself.",
    )


def _too_many_leases(work: Work, *, reconciling: bool) -> AdapterResult:
    name = display_name(work.platform)
    if reconciling:
        return Rejected("internal_error", "An internal error interrupted each check.")
    reason = f"An internal error stopped publishing on {name} {work.leases - 1} times. Retry the post."
    return Rejected("internal_error", reason)

"""Publishes a batch: takes the leases, works on all of them at once, records each outcome as soon as it is known."""

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
from minutehand.platforms.validation import later_part_problems
from minutehand.publishing.access import RECONNECT, Access, OpenToken, Refresh
from minutehand.publishing.attempt import LiveAttempt
from minutehand.publishing.ledger import Ledger
from minutehand.publishing.outcomes import Answer, given_back, judge
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.dead_letters import MAX_LEASES
from minutehand.queue.outbox import Outbox, Sendable
from minutehand.runtime.clock import Clock
from minutehand.runtime.config import MAX_SEND_LEAD_SECONDS
from minutehand.runtime.db import Database

EARLY = timedelta(seconds=MAX_SEND_LEAD_SECONDS + 2)
"""A publication that wants work within this time is taken and waited for; an earlier one goes back to the queue.
More than the longest lead and the second that rounding adds, or a message would come back as early as it came."""
LEASE_MARGIN = timedelta(seconds=30)
"""A lease outlives the invocation that took it by this much, so that nobody takes over from one that is alive."""
RECORD_AGAIN = timedelta(seconds=1)
"""The wait before an outcome that could not be recorded is recorded again."""
DATABASE_AWAY = timedelta(seconds=20)
"""When a batch comes back that found Postgres away."""

RUN = timedelta(seconds=20)
"""How long one run at a publication may take; what takes longer, such as a large upload, goes on in the next run."""
HELD_FOR_A_MOMENT = timedelta(seconds=2)
"""When a publication comes back whose row another statement held."""

logger = Logger(child=True)


type Watch = Callable[[Work, Callable[[], Outcome | None]], Outcome | None]


@dataclass(slots=True)
class BatchReport:
    """What is to become of the messages: those of ``come_back`` are to be seen again, each at its moment."""

    come_back: dict[UUID, datetime] = field(default_factory=dict)
    outcomes: list[tuple[Work, Outcome]] = field(default_factory=list)


class Publisher:
    """Publishes what the messages of a batch name. One instance serves one execution environment."""

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
        refresh: Refresh | None = None,
        watch: Watch = lambda _, handle: handle(),
        addressed: Callable[[Content, str], Content] = lambda content, _: content,
    ) -> None:
        """``adapters`` gives the adapter of a publication; ``open_token`` decrypts (ciphertext, connection, owner).

        ``refresh`` gives a token in the place of one that has run out; without it, that is over.
        ``watch`` is handed each publication with what handles it, in the thread that does, and calls it once.
        ``addressed`` gives the content of an owner addresses in the place of what it names of the media library.
        """
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._adapters = adapters
        self._open_token = open_token
        self._horizon = horizon
        self._refresh = refresh
        self._watch = watch
        self._addressed = addressed
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="publication")

    def publish(self, ids: Sequence[UUID], *, deadline: datetime) -> BatchReport:
        """Publish these publications; the caller's process ends at ``deadline`` at the latest.

        Every id that is not in the report's ``come_back`` is dealt with: published, failed, waiting for a message of
        its own, somebody else's, or no longer wanted.
        """
        report = BatchReport()
        ledger = Ledger(self._db, self._clock, uuid4())
        now = self._clock.now()
        soon = now + EARLY
        try:
            leased = ledger.lease(ids, now=now, soon=soon, until=deadline + LEASE_MARGIN)
        except psycopg.OperationalError:
            logger.exception("Postgres is away: the batch comes back later")
            report.come_back = dict.fromkeys(ids, now + DATABASE_AWAY)
            return report
        suspects: list[UUID] = []
        if missing := set(ids) - {work.id for work in leased}:
            waiting, suspects = self._waiting(ledger, sorted(missing), now)
            report.come_back |= waiting
        self._handle_all(leased, ledger, deadline, report)
        self._handle_suspects(suspects, ledger, deadline, report)
        self._send_on(report, ledger.released)
        return report

    def _handle_all(self, leased: Sequence[Work], ledger: Ledger, deadline: datetime, report: BatchReport) -> None:
        handled = self._pool.map(lambda work: (work, self._watched(work, ledger, deadline)), leased)
        report.outcomes += [(work, outcome) for work, outcome in handled if outcome is not None]

    def _handle_suspects(
        self, suspects: Sequence[UUID], ledger: Ledger, deadline: datetime, report: BatchReport
    ) -> None:
        """Work on those that a publisher died with: one after the other, when nothing else is in hand any more.

        If one of them is what it died of, the others, of other owners maybe, do not go down with it, nor is it counted
        against them.
        """
        for publication_id in random.sample(suspects, len(suspects)):  # whoever was first the last time
            now = self._clock.now()
            if deadline - now < RUN:
                report.come_back[publication_id] = now + HELD_FOR_A_MOMENT
                continue
            until = deadline + LEASE_MARGIN
            try:
                leased = ledger.lease([publication_id], now=now, soon=now + EARLY, until=until, alone=True)
            except psycopg.OperationalError:
                logger.exception("Postgres went away: the rest of the batch comes back later")
                report.come_back[publication_id] = now + DATABASE_AWAY
                continue
            if not leased:  # somebody else has moved it, or holds its row for a moment
                waiting, suspect = self._waiting(ledger, [publication_id], now)
                report.come_back |= waiting | dict.fromkeys(suspect, now + HELD_FOR_A_MOMENT)
            self._handle_all(leased, ledger, deadline, report)

    def _waiting(self, ledger: Ledger, ids: Sequence[UUID], now: datetime) -> tuple[dict[UUID, datetime], list[UUID]]:
        """Return when those that could not be leased come back, and those to be worked on alone.

        None comes back at once, as a message is received three times.
        """
        try:
            waiting, suspects = ledger.waiting(ids, now=now, soon=now + EARLY)
        except psycopg.OperationalError:
            logger.exception("Postgres is away: what could not be leased comes back later")
            return dict.fromkeys(ids, now + DATABASE_AWAY), []
        moments = {publication_id: max(at, now + HELD_FOR_A_MOMENT) for publication_id, at in waiting.items()}
        return moments, suspects

    def _send_on(self, report: BatchReport, released: Sequence[Sendable]) -> None:
        again = [(work, outcome) for work, outcome in report.outcomes if outcome.again_at is not None]
        for work, outcome in again:
            if outcome.same_message and outcome.again_at is not None:
                report.come_back[work.id] = outcome.again_at
        now = self._clock.now()
        # What wants work later than the horizon is sent by the tick in whose horizon it then falls.
        fresh = [
            Sendable(work.id, work.job_id, work.owner_id, outcome.again_at)
            for work, outcome in again
            if not outcome.same_message and outcome.again_at is not None and outcome.again_at <= now + self._horizon
        ] + list(released)
        if fresh:
            try:
                self._outbox.dispatch(self._db, fresh, now)
            except psycopg.OperationalError:
                logger.exception("could not note what was sent: the tick sends it again")

    def _watched(self, work: Work, ledger: Ledger, deadline: datetime) -> Outcome | None:
        return self._watch(work, lambda: self._handle(work, ledger, deadline))

    def _handle(self, work: Work, ledger: Ledger, deadline: datetime) -> Outcome | None:
        """Work on one publication and record what came of it; None when it is not ours any more."""
        attempt = LiveAttempt(work, ledger, self._clock, min(deadline, self._clock.now() + RUN))
        access = Access(work, self._open_token, self._refresh, self._clock)
        asked = work.was == "publishing" and work.armed_at is not None
        answer: Answer | None = None
        try:
            with time_limit((deadline - self._clock.now()).total_seconds()):
                answer = self._answer(work, attempt, access, asked=asked)
        except Withdrawn:
            logger.info("publication left alone: cancelled or taken over", extra={"publication": work.id})
            return None
        except psycopg.OperationalError:
            logger.exception("Postgres went away", extra={"publication": work.id})
            if attempt.armed:  # a call may have been made: when the lease has run out, the platform is asked
                return None
            outcome = given_back(work, now=self._clock.now())
        else:
            outcome = judge(work, answer, armed=attempt.armed, asked=asked, now=self._clock.now())
        try:
            if not self._record(work, outcome, ledger, deadline):
                return None
            self._note_lost_access(work, answer, access)
            return replace(outcome, called_at=attempt.called_at)
        except Exception:
            # It must not end the invocation: another thread may be in its call, and Lambda would freeze it there until
            # its lease is long over. Whoever takes the lease next tries again, `MAX_LEASES` times at most.
            logger.exception("an outcome cannot be recorded", extra={"publication": work.id, "platform": work.platform})
            return None

    def _answer(self, work: Work, attempt: LiveAttempt, access: Access, *, asked: bool) -> Answer:
        if work.leases > MAX_LEASES:
            return _broken(work, asked=asked)
        if work.content is None:
            return _unreadable(work, asked=asked)
        if work.next_attempt_at > work.due_at:  # a retry: its wait counts before anything is done
            self._clock.sleep_until(work.next_attempt_at)
        try:
            if _is_too_late(work, self._clock.now()):
                return _missed(work)
            adapter, account = self._adapters(work), access.account()
            content = self._addressed(work.content, work.owner_id)
            try:
                return _called(adapter, work, content, account, attempt, asked=asked)
            except TokenExpired:
                account = access.renewed(account)
                if attempt.armed and work.armed_at is None:
                    raise  # the call was begun, and a call is begun once in a run: it comes back at once
                return _called(adapter, work, content, account, attempt, asked=asked)
        except PublishError as error:
            return error
        except (Withdrawn, psycopg.OperationalError):
            raise
        except Exception:
            logger.exception("an error of our own", extra={"publication": work.id, "platform": work.platform})
            reason = f"An error on our side interrupted the work for {display_name(work.platform)}."
            return InDoubt("internal_error", reason) if attempt.armed else Transient("internal_error", reason)

    def _note_lost_access(self, work: Work, answer: Answer | None, access: Access) -> None:
        """Mark an account whose platform does not let us in any more: its owner sees it, and nothing else is tried."""
        if not isinstance(answer, Rejected) or answer.code != RECONNECT:
            return
        if work.connection_id is not None and work.connection_status == "active":
            Connections(self._db).require_reconnect(
                work.connection_id, work.owner_id, answer.reason, now=self._clock.now(), seen=access.seen
            )

    def _record(self, work: Work, outcome: Outcome, ledger: Ledger, deadline: datetime) -> bool:
        """Record ``outcome``, as often as Postgres is away, until ``deadline``; then the lease runs out.

        Recording twice does no harm: the second time the publication is not in the lease's state any more.
        """
        while True:
            try:
                return ledger.record(work, outcome)
            except psycopg.OperationalError:
                again = self._clock.now() + RECORD_AGAIN
                if again >= deadline:
                    logger.exception("an outcome was not recorded", extra={"publication": work.id})
                    return False
                self._clock.sleep_until(again)


def _called(
    adapter: Adapter, work: Work, content: Content, account: Account, attempt: LiveAttempt, *, asked: bool
) -> Answer:
    if asked:
        return adapter.reconcile(content, account, attempt)
    if work.was == "processing":
        return adapter.resume(content, account, attempt)
    require_resolved(content)  # not of what may be out already
    problems = adapter.validate(content)
    if not problems and work.part == 1:
        problems = later_part_problems(work.post, work.platform)
    if problems:
        return Rejected("invalid_content", " ".join(problems))
    return adapter.publish(content, account, attempt)


def _is_too_late(work: Work, now: datetime) -> bool:
    # Only while nothing can have reached the platform: what may have is asked for and told, however late.
    return work.armed_at is None and work.expires_at is not None and now > work.expires_at


def _missed(work: Work) -> Rejected:
    name = display_name(work.platform)
    if work.part > 1:
        reason = f"It could not go out on {name} soon enough after the part before it, and was not sent later."
        return Rejected("missed_window", reason)
    late = (work.expires_at or work.due_at) - work.due_at
    reason = f"It could not go out on {name} within {_spoken(late)} of its time, and was not sent later."
    return Rejected("missed_window", reason)


def _spoken(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    for unit, size in (("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"


def _unreadable(work: Work, *, asked: bool) -> Answer:
    if asked:
        return Rejected("internal_error", "the post cannot be put together any more.")
    name = display_name(work.platform)
    return Rejected("internal_error", f"This post cannot be put together for {name}: an error on our side.")


def _broken(work: Work, *, asked: bool) -> Answer:
    name = display_name(work.platform)
    if asked:
        return Rejected("internal_error", "the publisher was stopped by an error on our side each time.")
    return Rejected(
        "internal_error", f"Publishing on {name} was stopped by an error on our side {work.leases - 1} times."
    )

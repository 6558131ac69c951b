"""All that publishes a post, in one process: Postgres and Minutehand's code, with a fake SQS, platform and clock.

Each call of `tick`, `deliver` or `resolve_dead_letters` acts as a separate process: it has its own session in Postgres,
and can be killed at any boundary. The calls that `run` makes share a session, for speed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from minutehand.link_cards.cards import with_card
from minutehand.media.resolution import Sign
from minutehand.platforms.port import Adapter
from minutehand.posts import deletion, writing
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.forms.update import PostChanges
from minutehand.publishing.credentials import OpenToken, Refresh
from minutehand.publishing.media_addresses import LibraryAddresses
from minutehand.publishing.publisher import Publisher
from minutehand.publishing.work import Work
from minutehand.queue import dead_letters, jobs
from minutehand.queue.after_commit import send
from minutehand.queue.messages import PublishQueue, parse
from minutehand.queue.outbox import Outbox
from minutehand.queue.pauses import Scope, ScopeName, pause
from minutehand.queue.policy import Policy
from minutehand.queue.release import resume
from minutehand.queue.retry import RetryPolicy
from minutehand.queue.tick import TickReport, tick
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.clock import FakeClock
from tests.support.connection_pool import ConnectionPool, PreparedDatabase
from tests.support.factories import make_post
from tests.support.faults import Boundaries, BoundaryDatabase, Killed
from tests.support.media import known_media
from tests.support.platform import FakeAdapter, FakePlatform
from tests.support.postgres import as_group
from tests.support.sqs import MAX_RECEIVES, FakeSqs

HORIZON = timedelta(seconds=120)
LEAD = timedelta(seconds=1)
INVOCATION = timedelta(seconds=55)
IMPATIENT_MS = 2
"""The time for which a process waits for a lock whose holder has stopped in the same thread, and so cannot release it.
"""
_UNDER_WAY = Query(
    "under_way",
    """SELECT id FROM social_posts
       WHERE status = 'queued'
          OR (status = 'scheduled' AND scheduled_at <= %(end)s
              AND (NOT approval_required OR approval_status = 'approved'))
       UNION ALL
       SELECT id FROM publications WHERE state IN ('queued', 'waiting', 'publishing', 'processing')
       LIMIT 1""",
)


class World:
    """Posts, the queue, the platform and the clock, with the processes that change them."""

    def __init__(
        self, url: str, clock: FakeClock, connections: ConnectionPool | None = None, *, concurrency: int = 1
    ) -> None:
        """``connections``: a pool that outlives the world; without it, the world has its own."""
        self.url = url
        self.clock = clock
        self.concurrency = concurrency
        self.lead = LEAD
        self.policy = Policy(window=timedelta(days=1), spacing=timedelta(seconds=1))
        self.sqs = FakeSqs(clock)
        self.platform = FakePlatform()
        self.adapters: Callable[[Work], Adapter] | None = None
        """Real adapters, for tests in which posts go to the simulator."""
        self.token: dict[str, str] = {}
        self.open_token: OpenToken = lambda ciphertext, connection_id, owner_id: self.token
        self.refresh: Refresh | None = None
        self.sign: Sign = lambda key: f"https://files.example/{key}"
        self.connections = connections or ConnectionPool()
        self._own_connections = connections is None
        self.db: Database = PreparedDatabase(lambda: url, self.connections)
        self._warm_dbs: dict[str, Database] | None = None

    def close(self) -> None:
        self.db.close()
        if self._own_connections:
            self.connections.close()

    def impatient(self) -> Database:
        """Return a database that does not wait for locks, for use while a publisher has stopped in the same thread."""
        return PreparedDatabase(lambda: as_group(self.url, "api", lock_timeout=IMPATIENT_MS), self.connections)

    # -- people --------------------------------------------------------------------------------------------------

    def post(self, **columns: Any) -> UUID:
        due = columns.pop("due", None) or self.clock.now() + timedelta(seconds=columns.pop("ahead", 60))
        return make_post(self.db, now=self.clock.now(), due=due, **columns)

    def write(self, owner_id: str = "ada", **fields: Any) -> dict[str, Any]:
        """Create a post as its owner does, and return it."""
        new, identity, now = NewPost.model_validate(fields), Identity(owner_id, owner_id), self.clock.now()
        prepared = writing.prepare(self.db, identity, new, prober=known_media, now=now)
        with self.sending():
            answer = writing.create(self.db, identity, prepared, config=self.config, now=now)
        return dict(answer["post"])

    def delete(self, post_id: UUID, owner_id: str = "ada", *, db: Database | None = None) -> None:
        deletion.delete(db or self.db, Identity(owner_id, owner_id), post_id, now=self.clock.now())

    def edit(
        self, post_id: UUID, owner_id: str = "ada", *, db: Database | None = None, roles: str = "", **changes: Any
    ) -> dict[str, Any]:
        """Update a post as its owner does, and return it."""
        db, now = db or self.db, self.clock.now()
        identity = Identity(owner_id, owner_id, frozenset(roles.split()))
        form = PostChanges.model_validate({"postId": str(post_id)} | changes)
        with self.sending(db):
            answer = writing.update(db, identity, form, config=self.config, prober=known_media, now=now)
        return dict(answer["post"])

    def schedule(
        self, post_id: UUID, owner_id: str = "ada", *, unconnected: str = "sandbox", db: Database | None = None
    ) -> jobs.Job:
        db = db or self.db
        now = self.clock.now()
        with self.sending(db):
            return jobs.schedule(
                db,
                post_id=post_id,
                owner_id=owner_id,
                actor=Actor(owner_id),
                now=now,
                horizon=HORIZON,
                policy=self.policy._replace(unconnected=unconnected),
            )

    def sending(self, db: Database | None = None, sqs: FakeSqs | None = None) -> AbstractContextManager[None]:
        """Return a context in which queued publications are sent after each commit, as after the calls of the API."""
        db, outbox, now = db or self.db, self._outbox(sqs or self.sqs), self.clock.now()
        return db.after_commit(lambda publications: send(db, lambda: outbox, publications, now))

    def thread(self, *parts: str, platforms: Sequence[str] = ("bluesky",), **columns: Any) -> UUID:
        """Insert a thread with the same parts on each platform, and return the id of its post."""
        options = {platform: {"thread": list(parts[1:])} for platform in platforms}
        return self.post(content=parts[0], platforms=list(platforms), platform_options=options, **columns)

    def cancel(self, post_id: UUID, owner_id: str = "ada") -> None:
        jobs.cancel(self.db, post_id=post_id, owner_id=owner_id, actor=Actor(owner_id), now=self.clock.now())

    def retry(
        self,
        post_id: UUID,
        *confirmed: UUID,
        owner_id: str = "ada",
        unconnected: str = "sandbox",
        db: Database | None = None,
    ) -> jobs.Job:
        db = db or self.db
        now = self.clock.now()
        with self.sending(db):
            return jobs.retry(
                db,
                post_id=post_id,
                owner_id=owner_id,
                actor=Actor(owner_id),
                confirmed=confirmed,
                now=now,
                horizon=HORIZON,
                policy=self.policy._replace(unconnected=unconnected),
            )

    def pause(
        self, scope: ScopeName, target: str = "", owner_id: str = "", *, boundaries: Boundaries | None = None
    ) -> int:
        with self._process("scheduler", boundaries) as (db, _, _):
            return pause(db, Scope(scope, target, owner_id), reason="Wait.", actor="grace", now=self.clock.now())

    def resume(
        self, scope: ScopeName, target: str = "", owner_id: str = "", *, boundaries: Boundaries | None = None
    ) -> int | None:
        now = self.clock.now()
        with self._process("scheduler", boundaries) as (db, sqs, _), self.sending(db, sqs):
            return resume(db, Scope(scope, target, owner_id), now=now, until=now + HORIZON, policy=self.policy)

    # -- processes -----------------------------------------------------------------------------------------------

    def tick(self, boundaries: Boundaries | None = None, *, unconnected: str = "sandbox") -> TickReport:
        with self._process("scheduler", boundaries) as (db, sqs, _):
            return tick(
                db,
                self._outbox(sqs),
                self.clock,
                horizon=HORIZON,
                policy=self.policy._replace(unconnected=unconnected),
                deadline=self.clock.now() + INVOCATION,
            )

    def deliver(self, boundaries: Boundaries | None = None, *, count: int = 10, lock_timeout_ms: int = 5000) -> int:
        """Run the publisher on up to ``count`` visible messages, and return how many there were."""
        received = self.sqs.receive(count)
        if received:
            self.publish(received, boundaries, lock_timeout_ms=lock_timeout_ms)
        return len(received)

    def publish(
        self, received: list[Any], boundaries: Boundaries | None = None, *, lock_timeout_ms: int = 5000
    ) -> dict[str, Any]:
        with self._process("publisher", boundaries, lock_timeout_ms=lock_timeout_ms) as (db, sqs, adapter):
            publisher = Publisher(
                db,
                self.clock,
                self._outbox(sqs),
                self.adapters or (lambda work: adapter),
                self.open_token,
                horizon=HORIZON,
                lead=self.lead,
                refresh=self.refresh,
                concurrency=self.concurrency,
                resolve_media=LibraryAddresses(db, self.sign),
                with_card=lambda content, work: with_card(db, content, work.platform, work.post_id, work.owner_id),
            )
            batch = parse({"Records": [message.record() for message in received]})
            retry_at = publisher.publish(batch.publication_ids, deadline=self.clock.now() + INVOCATION)
            queue = PublishQueue(cast("Any", sqs), "queue", lead=self.lead, max_receives=MAX_RECEIVES)
            response = queue.respond(batch, retry_at, now=self.clock.now())
        self.sqs.acknowledge(received, {failure["itemIdentifier"] for failure in response["batchItemFailures"]})
        return response

    def resolve_dead_letters(self, boundaries: Boundaries | None = None) -> None:
        if self.sqs.dead:
            batch = parse({"Records": [message.record() for message in self.sqs.dead]})
            with self._process("scheduler", boundaries) as (db, _, _):
                dead_letters.resolve_dead_letters(db, batch.publication_ids, now=self.clock.now(), policy=RetryPolicy())
            self.sqs.dead.clear()  # not if the process was killed: then the messages stay

    def deliver_all(self, **duration: float) -> None:
        """Let time pass without ticks, and deliver messages as they become visible."""
        end = self.clock.now() + timedelta(**duration)
        while (moment := self.sqs.next_visible_at()) is not None and moment <= end:
            self.clock.sleep_until(max(moment, self.clock.now()))
            self.deliver()
        self.clock.sleep_until(end)

    def run(self, **duration: float) -> None:
        """Let time pass: a tick each minute, and messages as they become visible."""
        with self._warm():
            self._run(self.clock.now() + timedelta(**duration))

    def settle(self, **duration: float) -> None:
        """Let time pass as `run` does, but skip from the moment when nothing is under way to the last tick."""
        end = self.clock.now() + timedelta(**duration)
        with self._warm():
            self._run(end, until=self._is_quiet)
            self._step(ticks=True)

    def _is_quiet(self, end: datetime) -> bool:
        """Return whether no message is in flight, no publication is open, and no post is due by ``end``."""
        return not self.sqs.messages and not self.sqs.dead and not self.db.fetch(_UNDER_WAY, end=end)

    def _run(self, end: datetime, until: Callable[[datetime], bool] = lambda end: False) -> None:
        next_tick = self.clock.now()
        while not until(end):
            moments = [moment for moment in (next_tick, self.sqs.next_visible_at()) if moment is not None]
            moment = max(min(moments), self.clock.now())
            if moment > end:
                break
            self.clock.sleep_until(moment)
            ticks = self.clock.now() >= next_tick
            self._step(ticks=ticks)
            next_tick += timedelta(seconds=60) * ticks
        self.clock.sleep_until(end)

    def _step(self, *, ticks: bool) -> None:
        if ticks:
            self.tick()
        self.deliver()
        self.resolve_dead_letters()

    # -- state ---------------------------------------------------------------------------------------------------

    def row(self, post_id: UUID) -> dict[str, Any]:
        row = self.db.one(Query("row", "SELECT * FROM social_posts WHERE id = %(id)s"), id=post_id)
        assert row is not None
        return row

    def status(self, post_id: UUID) -> str:
        return str(self.row(post_id)["status"])

    def publications(self, post_id: UUID | None = None) -> list[dict[str, Any]]:
        return self.db.fetch(
            Query(
                "publications",
                """SELECT * FROM publications WHERE %(id)s::uuid IS NULL OR post_id = %(id)s
                   ORDER BY created_at, platform, connection_id, part""",
            ),
            id=post_id,
        )

    def events(self, publication_id: UUID) -> list[str]:
        rows = self.db.fetch(
            Query("events", "SELECT event FROM publication_attempts WHERE publication_id = %(id)s ORDER BY id"),
            id=publication_id,
        )
        return [row["event"] for row in rows]

    def notes(self, publication_id: UUID) -> list[tuple[str, str]]:
        """Return the codes and reasons in the ledger."""
        rows = self.db.fetch(
            Query(
                "notes",
                """SELECT code, reason FROM publication_attempts
                   WHERE publication_id = %(id)s AND code IS NOT NULL ORDER BY id""",
            ),
            id=publication_id,
        )
        return [(row["code"], row["reason"]) for row in rows]

    def statuses(self) -> dict[str, int]:
        rows = self.db.fetch(Query("statuses", "SELECT status, count(*) AS n FROM social_posts GROUP BY status"))
        return {row["status"]: row["n"] for row in rows}

    def due_at(self, publication_id: str) -> datetime:
        row = self.db.one(Query("due", "SELECT due_at FROM publications WHERE id = %(id)s"), id=publication_id)
        assert row is not None
        return cast("datetime", row["due_at"])

    @property
    def config(self) -> SchedulingConfig:
        """The configuration of a function that queues posts."""
        return SchedulingConfig(
            database_url="unused",
            publish_queue_url="queue",
            horizon_seconds=int(HORIZON.total_seconds()),
            unconnected_platforms="sandbox",
            publish_within_seconds=self.policy.window_seconds or 0,
            catch_up_spacing_seconds=int(self.policy.spacing.total_seconds()),
        )

    # -- helpers -------------------------------------------------------------------------------------------------

    def _outbox(self, sqs: Any) -> Outbox:
        return Outbox(sqs, "queue", lead=self.lead)

    @contextmanager
    def _warm(self) -> Iterator[None]:
        """Let the processes of a group share a session, as the invocations of one execution environment do."""
        self._warm_dbs = {
            group: PreparedDatabase(partial(as_group, self.url, group), self.connections)
            for group in ("scheduler", "publisher")
        }
        try:
            yield
        finally:
            for db in self._warm_dbs.values():
                db.close()
            self._warm_dbs = None

    @contextmanager
    def _process(
        self, group: str, boundaries: Boundaries | None, *, lock_timeout_ms: int = 5000
    ) -> Iterator[tuple[Database, Any, FakeAdapter]]:
        if boundaries is None and self._warm_dbs is not None:
            yield self._warm_dbs[group], self.sqs, FakeAdapter(self.platform)
            return
        boundaries = boundaries or Boundaries()
        url = as_group(self.url, group, lock_timeout=lock_timeout_ms)
        db = BoundaryDatabase(lambda: url, self.connections, boundaries)
        try:
            yield db, self.sqs.through(boundaries), FakeAdapter(self.platform, boundaries)
        finally:
            db.close()


def dies(process: Callable[[], object]) -> bool:
    """Run ``process`` and return whether it was killed."""
    try:
        process()
    except Killed:
        return True
    return False

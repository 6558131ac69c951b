"""The promises hold for any order of actions of people, platforms, queues and crashes.

This is a state machine on Postgres. After each step it checks the promises. At the end it lets time pass until nothing
is open; then every approved and scheduled post is published, or has failed with a reason.
"""

import contextlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from minutehand.posts import archive, deletion
from minutehand.queue import jobs
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, DomainError
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.clock import FakeClock
from tests.support.connection_pool import ConnectionPool
from tests.support.faults import Boundaries, Killed
from tests.support.threads import at_once
from tests.support.world import IMPATIENT_MS, World

PLATFORMS = ("bluesky", "mastodon", "threads")
COSTLY = ("refused_connection", "never_land", "prepare_fails", "our_error_before")
"""Events of a platform that count as an attempt."""
EVENTS = (*COSTLY, "land_then_drop", "our_error_after", "rate_limited", "rejected")
MAX_ATTEMPTS = 3
QUIET_AFTER_HOURS = 3
SEQUENCES = settings(
    stateful_step_count=40, deadline=None, report_multiple_bugs=False, suppress_health_check=list(HealthCheck)
)
IN_CALL = ("after arm", "before publish call")
MOMENTS = (
    *("before lease", "after lease", "before save", "after save", "before arm", *IN_CALL, "after publish call"),
    *("before reconcile call", "before record", "after record", "before commit", "after commit"),
)
"""Boundaries at which a publisher may stall while something else happens."""

EMPTY = Query("empty", "TRUNCATE social_posts, publication_attempts, events CASCADE")
REVIEW = Query(
    "review",
    """UPDATE social_posts SET approval_status = %(word)s
       WHERE id = %(id)s AND approval_required AND status IN ('draft', 'scheduled')
       RETURNING id""",
)
UNDER_WAY = Query(
    "under_way",
    """SELECT count(*) AS n FROM social_posts
       WHERE status = 'queued'
          OR (status = 'scheduled' AND (NOT approval_required OR approval_status = 'approved'))""",
)
LIVE = Query("live", "SELECT id, post_id, platform, state, due_at, failure_code FROM publications")
TAKEN_BACK = Query("taken_back", "SELECT id FROM social_posts WHERE status IN ('draft', 'scheduled')")
POSTS = Query(
    "posts",
    """SELECT id, status, approval_status, failure_reason, platforms,
              ARRAY(SELECT platform FROM publications
                    WHERE post_id = post.id AND job_id = post.job_id AND state = 'cancelled') AS cancelled
       FROM social_posts AS post""",
)


class Outage(Boundaries):
    """Postgres becomes unavailable to this process at a boundary; it may have run the last statement."""

    CALLS = ("send_message_batch", "change_message_visibility_batch", "publish call", "reconcile call")

    def __init__(self, since: int) -> None:
        super().__init__()
        self._since = since

    def reach(self, name: str) -> None:
        super().reach(name)
        if len(self.passed) > self._since and not name.endswith(self.CALLS):
            raise psycopg.OperationalError("the connection is lost")


@dataclass
class Written:
    """The state of a post that its owner expects."""

    owner: str
    content: str
    due: datetime
    withdrawn: bool = False
    """Deleted, cancelled or without approval: no publish call may begin from now on."""


def picked[T](several: Sequence[T], pick: int) -> T:
    return several[pick % len(several)]


class LifeOfPosts(RuleBasedStateMachine):
    posts: Bundle[UUID] = Bundle("posts")
    number = st.integers(min_value=0, max_value=35)
    ahead = st.sampled_from([-30, 0, 1, 30, 61, 119, 121, 200, 400])

    platforms = st.lists(st.sampled_from(PLATFORMS), min_size=1, max_size=3, unique=True)
    near = st.lists(st.sampled_from(PLATFORMS), min_size=1, max_size=2, unique=True)
    moment = st.sampled_from(MOMENTS)
    pick = st.integers(min_value=0, max_value=9)
    """An index into a list whose length is not known in advance, or is used in a thread of the publisher."""

    def __init__(self, url: str, connections: ConnectionPool | None = None) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.world = World(url, self.clock, connections)
        self.world.db.fetch(EMPTY)
        self.impatient = self.world.impatient()
        self.written: dict[UUID, Written] = {}
        self.known: dict[str, tuple[UUID, str]] = {}  # publications, those of deleted posts too
        self.checked = 0
        self.out: Counter[tuple[UUID, str]] = Counter()
        self.words = itertools.count(1)
        self.unexpected: list[BaseException] = []
        self.setbacks = 0
        self.refusals = 0

    # -- people --------------------------------------------------------------------------------------------------

    @rule(target=posts, owner=st.sampled_from(["ada", "grace", "linus"]), platforms=platforms, ahead=ahead)
    def write(self, owner: str, platforms: list[str], ahead: int) -> UUID:
        return self._write(owner, platforms, ahead)

    @rule(target=posts, owner=st.sampled_from(["ada", "grace"]), platforms=platforms, ahead=ahead)
    def write_for_review(self, owner: str, platforms: list[str], ahead: int) -> UUID:
        return self._write(owner, platforms, ahead, reviewed=True)

    @rule(post=posts, ahead=ahead, both=st.booleans())
    def edit(self, post: UUID, ahead: int, both: bool) -> None:
        self._edit(self.world.db, post, ahead, both=both)

    @rule(post=posts)
    def schedule(self, post: UUID) -> None:
        self._schedule(self.world.db, post)

    @rule(post=posts)
    def cancel(self, post: UUID) -> None:
        self._cancel(self.world.db, post)

    @rule(post=consumes(posts))
    def delete(self, post: UUID) -> None:
        """Delete the post, or archive it if a part of it is public."""
        owner = Identity(self.written[post].owner, self.written[post].owner)
        for end in (deletion.delete, archive.archive):
            with contextlib.suppress(DomainError):
                end(self.world.db, owner, post, now=self.clock.now())
                self.written[post].withdrawn = True
                return

    @rule(post=posts, word=st.sampled_from(["approved", "approved", "rejected", "pending"]))
    def review(self, post: UUID, word: str) -> None:
        if self.world.db.fetch(REVIEW, id=post, word=word):
            self.written[post].withdrawn = word != "approved"

    @rule(post=posts)
    def meddle_as_another(self, post: UUID) -> None:
        for meddle in (self.world.schedule, self.world.cancel):
            with contextlib.suppress(DomainError):
                meddle(post, "mallory")
                raise AssertionError("another's post was touched")

    # -- processes -----------------------------------------------------------------------------------------------

    @rule()
    def tick(self) -> None:
        self.world.tick()

    @rule()
    def tick_twice_at_once(self) -> None:
        at_once(self.world.tick, self.world.tick)

    @rule(count=st.integers(min_value=1, max_value=10))
    def deliver(self, count: int) -> None:
        self.world.deliver(count=count)

    @rule()
    def deliver_twice_at_once(self) -> None:
        first, second = self.world.sqs.receive(3), self.world.sqs.receive(3)
        at_once(*(lambda batch=batch: self.world.publish(batch) for batch in (first, second) if batch))

    @rule()
    def resolve_dead_letters(self) -> None:
        self.world.resolve_dead_letters()

    @rule(seconds=st.sampled_from([1, 5, 10, 30, 60, 120, 361]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    # -- faults --------------------------------------------------------------------------------------------------

    @rule(events=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=3))
    def let_the_platform_do(self, events: list[str]) -> None:
        self.world.platform.script += events
        self.setbacks += sum(event in COSTLY for event in events)
        self.refusals += events.count("rejected")

    @rule(pick=pick)
    def duplicate_a_message(self, pick: int) -> None:
        if messages := list(self.world.sqs.messages.values()):
            self.world.sqs.put(picked(messages, pick).body)

    @rule(pick=pick, seconds=st.sampled_from([0, 90, 300]))
    def move_a_message(self, pick: int, seconds: int) -> None:
        """Let a message arrive much too early or too late, and out of order."""
        if messages := list(self.world.sqs.messages.values()):
            picked(messages, pick).visible_at = self.clock.now() + timedelta(seconds=seconds)

    @rule()
    def lose_all_messages(self) -> None:
        self.world.sqs.purge()

    @rule(count=st.integers(min_value=1, max_value=12))
    def refuse_messages(self, count: int) -> None:
        self.world.sqs.refuse = count

    @rule(number=number, process=st.sampled_from(["tick", "deliver", "resolve_dead_letters"]))
    def kill(self, number: int, process: str) -> None:
        boundaries = Boundaries(number)
        with contextlib.suppress(Killed):
            getattr(self.world, process)(boundaries)
        self.setbacks += boundaries.acted_at is not None
        note(f"killed {boundaries.acted_at}")

    @rule(number=number, process=st.sampled_from(["tick", "deliver", "resolve_dead_letters"]))
    def lose_postgres(self, number: int, process: str) -> None:
        boundaries = Outage(number)
        with contextlib.suppress(psycopg.OperationalError):
            getattr(self.world, process)(boundaries)
        self.setbacks += len(boundaries.passed) > number

    @rule(pick=pick, near=near, moment=moment)
    def cancel_while_the_publisher_stops(self, pick: int, near: list[str], moment: str) -> None:
        self._interfere(near, moment, lambda posts, _: self._cancel(self.impatient, picked(posts, pick)))

    @rule(pick=pick, near=near, moment=moment, ahead=ahead)
    def rewrite_while_the_publisher_stops(self, pick: int, near: list[str], moment: str, ahead: int) -> None:
        def rewrite(posts: list[UUID], _: object) -> None:
            post = picked(posts, pick)
            if self._cancel(self.impatient, post):
                self._edit(self.impatient, post, ahead, both=True)
                self._schedule(self.impatient, post)

        self._interfere(near, moment, rewrite)

    @rule(near=near, moment=moment)
    def duplicate_messages_while_the_publisher_stops(self, near: list[str], moment: str) -> None:
        self._interfere(near, moment, lambda _, bodies: self._deliver_again(bodies))

    @rule(near=near, moment=moment.filter(lambda moment: moment not in IN_CALL))
    def take_over_from_a_stopped_publisher(self, near: list[str], moment: str) -> None:
        """The publish call is excluded: no publisher outlives its lease there, because Lambda has ended it by then."""

        def take_over(_: object, bodies: list[str]) -> None:
            self.clock.advance(seconds=120)
            for _ in range(3):
                self._deliver_again(bodies)
                self.clock.advance(seconds=10)

        self._interfere(near, moment, take_over)
        self.setbacks += 1

    def _interfere(self, near: list[str], moment: str, act: Callable[[list[UUID], list[str]], object]) -> None:
        """Hand the due messages, and a new post on the platforms ``near``, to a publisher that stops once."""
        self._schedule(self.world.db, self._write("ada", near, 0))
        self.promises_hold()
        received = self.world.sqs.receive()
        bodies = [message.body for message in received]
        named = {json.loads(body)["publicationId"] for body in bodies} & set(self.known)
        posts = sorted({self.known[name][0] for name in named})

        def interfere() -> None:
            try:
                with contextlib.suppress(psycopg.OperationalError):  # locked: the client gets a 500
                    act(posts, bodies)
            except BaseException as error:  # the publisher would treat it as an internal error, and continue
                self.unexpected.append(error)
                raise

        if posts:
            self.world.publish(received, Boundaries(moment, interfere))

    def _deliver_again(self, bodies: list[str]) -> None:
        for body in bodies:
            self.world.sqs.put(body)
        self.world.deliver(lock_timeout_ms=IMPATIENT_MS)

    @invariant()
    def promises_hold(self) -> None:
        assert not self.unexpected
        publications = {str(row["id"]): row for row in self.world.db.fetch(LIVE)}
        self.known |= {name: (row["post_id"], row["platform"]) for name, row in publications.items()}
        landed = self.world.platform.landed
        for landing in landed[self.checked :]:
            post_id, platform = self.known[landing.publication_id]
            written = self.written[post_id]
            assert landing.text == written.content, "published with outdated content"
            assert landing.at >= written.due, "published too early"
            self.out[post_id, platform] += 1
            assert self.out[post_id, platform] == 1, "published twice"
            assert landing.publication_id in publications, "published although the post was deleted"
            assert not written.withdrawn, "published although the post was withdrawn"
        self.checked = len(landed)
        for row in self.world.db.fetch(TAKEN_BACK):
            assert not any(self.out[row["id"], platform] for platform in PLATFORMS), "a draft, but published"
        times = self.world.platform.times_landed()
        for name, row in publications.items():
            if row["state"] == "published":
                assert times[name] == 1, "recorded as published, but never published"
            elif row["state"] in ("queued", "cancelled", "failed", "held"):
                assert times[name] == 0, f"recorded as {row['state']}, but published"

    def teardown(self) -> None:
        try:
            self._come_to_rest()
        finally:
            self.world.close()
            self.impatient.close()

    def _come_to_rest(self) -> None:
        self.world.sqs.refuse = 0
        for _ in range(QUIET_AFTER_HOURS * 20):
            self.world.run(minutes=3)
            self.promises_hold()
            if not self.world.db.fetch(UNDER_WAY)[0]["n"]:
                break
        outcomes = Counter[str]()
        for row in self.world.db.fetch(POSTS):
            outcomes[row["status"]] += 1
            if row["status"] == "scheduled":
                assert row["approval_status"] in ("pending", "rejected"), "forgotten"
                continue
            assert row["status"] in ("draft", "published", "failed", "archived"), row
            out = {platform for platform in row["platforms"] if self.out[row["id"], platform]}
            is_whole = bool(out) and out == set(row["platforms"]) - set(row["cancelled"])
            if row["status"] == "published":
                assert is_whole, row
            if row["status"] == "failed":
                assert row["failure_reason"], row
            if row["status"] == "archived":
                assert is_whole == (row["failure_reason"] is None), row
        codes = Counter(row["failure_code"] for row in self.world.db.fetch(LIVE) if row["state"] == "failed")
        if self.setbacks < MAX_ATTEMPTS and not self.refusals:
            assert not codes, f"failed in less than {MAX_ATTEMPTS} attempts: {codes}"
        note(f"outcomes {outcomes}")

    def _write(self, owner: str, platforms: list[str], ahead: int, *, reviewed: bool = False) -> UUID:
        due = self.clock.now() + timedelta(seconds=ahead)
        content = f"Text {next(self.words)}"
        post = self.world.write(
            owner, content=content, platforms=platforms, scheduledAt=due.isoformat(), approvalRequired=reviewed
        )
        post_id = UUID(post["id"])
        self.written[post_id] = Written(owner, content, due, withdrawn=reviewed)
        return post_id

    def _schedule(self, db: Database, post: UUID) -> None:
        owner = self.written[post].owner
        with contextlib.suppress(DomainError):
            self.world.schedule(post, owner, db=db)

    def _cancel(self, db: Database, post: UUID) -> bool:
        owner = self.written[post].owner
        try:
            jobs.cancel(db, post_id=post, owner_id=owner, actor=Actor(owner), now=self.clock.now())
        except DomainError:
            return False
        # the publish calls that had begun continue; the states of the publications tell which
        self.promises_hold()
        self.written[post].withdrawn = self.world.status(post) == "draft"
        return True

    def _edit(self, db: Database, post: UUID, ahead: int, *, both: bool) -> None:
        written = self.written[post]
        content = f"Text {next(self.words)}"
        due = self.clock.now() + timedelta(seconds=ahead)
        changes = {"content": content}
        if both or self.world.status(post) == "draft":
            changes["scheduledAt"] = due.isoformat()
        try:
            edited = self.world.edit(post, written.owner, db=db, **changes)
        except Conflict:
            return
        self.promises_hold()
        written.content = content
        if "scheduledAt" in changes:
            written.due = due
        written.withdrawn = edited["approvalStatus"] == "pending"


def test_the_promises_hold_through_the_whole_life_of_posts(database_url: str, connections: ConnectionPool) -> None:
    """A few sequences, the same each time; `make soak` tries thousands of others."""
    lives: list[LifeOfPosts] = []

    def live() -> LifeOfPosts:
        lives.append(LifeOfPosts(database_url, connections))
        return lives[-1]

    few = settings(SEQUENCES, max_examples=8, derandomize=True, database=None, phases=[Phase.generate])
    run_state_machine_as_test(live, settings=few)  # type: ignore[arg-type]
    # The promises were put to the test: in most lives, posts reached their platform.
    assert len(lives) >= 8
    assert sum(bool(life.world.platform.landed) for life in lives) > len(lives) / 2

"""Publishers lease further publications that are due, fairly among the owners."""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import batched
from queue import SimpleQueue
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from minutehand.platforms.port import Account, Adapter, Attempt, Content, Published, Transient
from minutehand.publishing.ledger import MAX_DUE_OWNERS, MAX_DUE_PUBLICATIONS, Ledger
from minutehand.publishing.publisher import Publisher
from minutehand.queue.claim import claim_due
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.support.factories import make_post, make_posts
from tests.support.world import HORIZON, LEAD, World

SLOW_POSTS, HONEST_POSTS = 16, 200
PUBLISHERS = 5
CALL_SECONDS = 0.02
SLOW_SECONDS = 3.0
"""The time for which a publication on the slow server holds its thread."""

_QUEUED = Query("queued", "SELECT id FROM publications WHERE state = 'queued' ORDER BY id")


class Servers(Adapter):
    """Servers that answer quickly, except for content that begins with "Slow": the answer then comes too late."""

    def __init__(self) -> None:
        self.calls: dict[str, list[datetime]] = {}
        self._lock = threading.Lock()

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        if content.text == "Slow":
            self.respond_slowly(attempt)
        attempt.arm()
        with self._lock:
            self.calls.setdefault(content.text, []).append(datetime.now(UTC))
        time.sleep(CALL_SECONDS)
        return Published(attempt.publication_id)

    reconcile = publish

    def respond_slowly(self, attempt: Attempt) -> None:
        """Hold the thread, and raise the error of a server that does not respond in time."""
        time.sleep(SLOW_SECONDS)
        raise Transient("timeout", "Mastodon did not respond in time.")


def publish_all(url: str, ids: Sequence[UUID], servers: Servers, *, due: datetime) -> None:
    """Deliver the messages of ``ids`` to publishers, in random order and visible from a second before ``due``."""
    shuffled, batches = random.sample(list(ids), len(ids)), SimpleQueue[tuple[UUID, ...] | None]()
    for batch in batched(shuffled, 10, strict=False):
        batches.put(batch)
    for _ in range(PUBLISHERS):
        batches.put(None)

    def run() -> None:
        with closing(Database(lambda: url)) as db:
            publisher = Publisher(
                db,
                SystemClock(),
                Outbox(cast("Any", AcceptingSqs()), "queue", lead=LEAD),
                lambda work: servers,
                lambda ciphertext, connection_id, owner_id: {},
                horizon=HORIZON,
            )
            while (batch := batches.get()) is not None:
                publisher.publish(batch, deadline=datetime.now(UTC) + timedelta(seconds=55))

    SystemClock().sleep_until(due - LEAD)
    with ThreadPoolExecutor(PUBLISHERS) as pool:
        for future in [pool.submit(run) for _ in range(PUBLISHERS)]:
            future.result()


def test_owner_with_a_slow_server_holds_up_nobody(world: World) -> None:
    """Neither the post of another owner, nor the owner's own posts on another server."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    for content, owner, count in (("Slow", "ada", SLOW_POSTS), ("Honest", "ada", HONEST_POSTS), ("Other", "grace", 1)):
        for _ in range(count):
            make_post(world.db, now=due, due=due, owner_id=owner, content=content)
    claim_due(world.db, now=due, until=due, policy=Policy("sandbox"))
    servers, ids = Servers(), [row["id"] for row in world.db.fetch(_QUEUED)]
    assert len(ids) == SLOW_POSTS + HONEST_POSTS + 1

    publish_all(world.url, ids, servers, due=due)

    [other] = servers.calls["Other"]
    assert other - due < timedelta(seconds=1)
    assert len(servers.calls["Honest"]) == HONEST_POSTS
    assert max(servers.calls["Honest"]) - due < timedelta(seconds=SLOW_SECONDS)


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger(world.db, world.clock, uuid4())


def owners_due(
    world: World, ledger: Ledger, *, limit: int = 10, others_only: bool = False, **in_hand: int
) -> list[str]:
    now = world.clock.now()
    ids = ledger.list_due(in_hand, others_only=others_only, since=now - LATE_TOLERANCE, soon=now + LEAD, limit=limit)
    owner_of = {row["id"]: row["owner_id"] for row in world.publications()}
    assert len(set(ids)) == len(ids)
    return [owner_of[publication_id] for publication_id in ids]


def queue(world: World, **count: int) -> None:
    """Queue posts that are due now, as many as given for each owner."""
    for owner, number in count.items():
        make_posts(world.db, number, due=world.clock.now(), owner_id=owner)
    world.tick()


def test_owners_share_threads_equally(world: World, ledger: Ledger) -> None:
    queue(world, ada=20, grace=2, joan=1)
    assert sorted(owners_due(world, ledger, limit=6)) == ["ada", "ada", "ada", "grace", "grace", "joan"]
    assert sorted(owners_due(world, ledger, limit=3, ada=3)) == ["grace", "grace", "joan"]


def test_owner_has_all_threads_while_no_other_owner_waits(world: World, ledger: Ledger) -> None:
    queue(world, ada=20)
    assert owners_due(world, ledger, ada=9) == ["ada"] * 10


def test_owner_that_has_waited_longest_is_first(world: World, ledger: Ledger) -> None:
    queue(world, ada=2, grace=2, joan=2)
    assert owners_due(world, ledger, limit=3, grace=0, ada=0) == ["joan", "grace", "ada"]


def test_owners_that_had_a_thread_lately_can_be_left_out(world: World, ledger: Ledger) -> None:
    queue(world, ada=2, grace=2)
    assert owners_due(world, ledger, others_only=True, ada=0) == ["grace", "grace"]


def test_owner_is_found_behind_many_earlier_publications_of_another_owner(world: World, ledger: Ledger) -> None:
    world.post(owner_id="grace", ahead=0.5)
    world.tick()
    queue(world, ada=MAX_DUE_PUBLICATIONS + 1)
    assert owners_due(world, ledger, limit=2, ada=0) == ["grace", "ada"]


def test_owner_is_found_behind_many_owners_whose_publications_are_not_due(world: World, ledger: Ledger) -> None:
    for number in range(2 * MAX_DUE_OWNERS):
        world.post(owner_id=f"owner-{number}", ahead=60)
    world.post(owner_id="zoe", ahead=0.5)
    world.tick()
    queue(world, ada=MAX_DUE_PUBLICATIONS + 1)
    found = [owners_due(world, ledger, limit=1, others_only=True, ada=0) for _ in range(4)]
    assert found == [[], [], ["zoe"], []]


@pytest.mark.parametrize(("ahead", "found"), [(1.0, 1), (1.1, 0), (-60, 1), (-60.1, 0)])
def test_only_publications_that_are_due_are_leased(world: World, ledger: Ledger, ahead: float, found: int) -> None:
    """The tick plans slots for publications that are overdue."""
    queue(world, ada=1)
    world.clock.advance(seconds=-ahead)
    assert len(owners_due(world, ledger)) == found


def test_publication_in_hand_is_left_out(world: World, ledger: Ledger) -> None:
    queue(world, ada=2)
    first, _ = world.publications()
    now = world.clock.now()
    ledger.lease([first["id"]], now=now, soon=now, until=now + timedelta(seconds=60))
    assert owners_due(world, ledger) == ["ada"]


def test_message_of_a_publication_that_was_leased_without_it_is_acknowledged(world: World) -> None:
    queue(world, ada=1, grace=1)
    assert world.deliver(count=1) == 1
    assert world.statuses() == {"published": 2}
    assert world.deliver() == 1
    assert not world.sqs.messages
    assert len(world.platform.landed) == 2


def test_retry_of_a_publication_that_was_leased_without_its_message_gets_a_new_message(world: World) -> None:
    """The waiting message may be acknowledged before the retry."""
    queue(world, ada=1, grace=1)
    world.platform.script = ["land", "refused_connection"]
    sent = world.sqs.sent
    assert world.deliver(count=1) == 1
    assert world.sqs.sent == sent + 1
    assert world.deliver() == 1  # the waiting message
    world.deliver_all(seconds=10)
    assert world.statuses() == {"published": 2}
    assert not world.sqs.messages


def test_publication_that_has_crashed_a_publisher_is_not_leased_without_its_message(
    world: World, ledger: Ledger
) -> None:
    queue(world, ada=1)
    world.db.fetch(Query("crash", "UPDATE publications SET leases = 1"))
    assert owners_due(world, ledger) == []

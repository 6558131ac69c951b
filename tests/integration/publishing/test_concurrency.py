"""Publishers and other processes that use the same rows at the same time, and batches with one faulty publication."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from minutehand.platforms.port import InDoubt, Rejected
from minutehand.publishing import ledger
from minutehand.queue import outbox
from minutehand.queue.retry import LOCKED_BACKOFF
from minutehand.runtime.configs.queue import QueueConfig
from minutehand.runtime.db import Database, as_json
from minutehand.runtime.sql import Query, load
from tests.support.faults import Boundaries
from tests.support.platform import FakeAdapter
from tests.support.world import World

WAITING = Query(
    "waiting",
    """SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'minutehand' AND wait_event_type = 'Lock'""",
)
HIGH, LOW = UUID(int=2**128 - 1), UUID(int=1)


@contextmanager
def locking(url: str, publication: UUID) -> Iterator[psycopg.Connection[Any]]:
    """Lock the row of a publication in another connection."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SELECT FROM publications WHERE id = %s FOR UPDATE", [publication])
        yield connection


@pytest.mark.parametrize("lead", [0, 1, 3, 10])
def test_message_of_a_locked_publication_is_retried(world: World, database_url: str, lead: int) -> None:
    """This happens if `schedule` still records that it sent a message that a publisher has already received."""
    world.lead = timedelta(seconds=lead)
    post = world.post(ahead=0)
    due = world.clock.now()
    world.schedule(post)
    with locking(database_url, world.publications(post)[0]["id"]):
        assert world.deliver() == 1
    # Not immediately: until the row is unlocked, publishers would receive the message again and again.
    assert world.sqs.next_visible_at() == due + LOCKED_BACKOFF
    world.clock.advance(seconds=LOCKED_BACKOFF.total_seconds())
    assert world.deliver() == 1
    assert world.status(post) == "published"
    assert [landed.at for landed in world.platform.landed] == [due + LOCKED_BACKOFF]


def test_post_ends_if_two_publications_end_at_the_same_time(world: World) -> None:
    """Without a lock on the post, each of the two statements would see the other publication as open."""
    post = world.post(platforms=["bluesky", "mastodon"], ahead=0)
    world.schedule(post)
    first, second = world.sqs.receive(1), world.sqs.receive(1)
    with ThreadPoolExecutor() as pool:
        others: list[Future[Any]] = []

        def end_the_other_meanwhile() -> None:
            others.append(pool.submit(world.publish, second))
            while not world.db.fetch(WAITING) and not others[0].done():
                pass

        world.publish(first, Boundaries("before commit", end_the_other_meanwhile))
        others[0].result()
    assert world.status(post) == "published"


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        (load(outbox.__package__)["mark_sent"], {}),
        (
            load(ledger.__package__)["save"],
            {"handles": as_json([{"id": LOW, "handles": {}}, {"id": HIGH, "handles": {}}])},
        ),
    ],
    ids=["mark_sent", "save"],
)
def test_rows_are_locked_in_the_order_of_their_ids(
    world: World, database_url: str, query: Query, parameters: dict[str, Any]
) -> None:
    """Two statements that lock the same rows in different orders deadlock, and one of them fails."""
    token, now = UUID(int=7), world.clock.now()
    insert = Query(
        "insert",
        """INSERT INTO publications (id, post_id, job_id, owner_id, platform, state, due_at, next_attempt_at, queued_at,
                                     lease_token, lease_until)
           SELECT id, %(post)s, gen_random_uuid(), 'ada', 'bluesky-' || n, 'publishing', %(now)s, %(now)s, %(now)s,
                  %(token)s, %(now)s
           FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS new (id, n)""",
    )
    world.db.fetch(insert, post=world.post(), ids=[HIGH, LOW], now=now, token=token)  # in this order on disk
    # the order must not depend on the plan, so plans with an index are disabled
    settings = ("enable_indexscan=off", "enable_bitmapscan=off", "lock_timeout=10s")
    options = quote(" ".join(f"-c {setting}" for setting in settings))
    db = Database(lambda: f"{database_url}&options={options}")
    with locking(database_url, LOW) as other, ThreadPoolExecutor() as pool:
        written = pool.submit(db.fetch, query, ids=[HIGH, LOW], token=token, now=now, **parameters)
        while not world.db.fetch(WAITING):
            assert not written.done()
        other.execute("SELECT FROM publications WHERE id = %s FOR UPDATE NOWAIT", [HIGH])
        other.rollback()
        written.result()
    db.close()


@pytest.mark.parametrize("lead", [0, 1, 10])
def test_message_is_received_once_and_on_time_with_any_lead(world: World, lead: int) -> None:
    bounds = QueueConfig.model_fields["send_lead_seconds"].metadata
    assert lead <= max(bound.le for bound in bounds if hasattr(bound, "le"))
    world.lead = timedelta(seconds=lead)
    post = world.post(ahead=60)
    due = world.row(post)["scheduled_at"]
    world.tick()
    [message] = world.sqs.messages.values()
    world.run(seconds=61)
    assert [landed.at for landed in world.platform.landed] == [due]
    assert message.receives == 1


@pytest.mark.parametrize("character", ["\x00", "\ud800"], ids=["NUL", "lone surrogate"])
def test_outcome_that_cannot_be_written_affects_no_other_post(
    world: World, monkeypatch: pytest.MonkeyPatch, character: str
) -> None:
    """Postgres stores neither NUL characters nor lone surrogates, and the outcomes of a batch share statements."""
    publish = FakeAdapter.publish

    def say(self: FakeAdapter, content: Any, account: Any, attempt: Any) -> Any:
        if content.text == "poison":
            raise Rejected("rejected", f"It said {character}.")
        return publish(self, content, account, attempt)

    monkeypatch.setattr(FakeAdapter, "publish", say)
    world.concurrency = 10
    mates = [world.post(ahead=30, owner_id=f"owner {number}") for number in range(4)]
    poison = world.post(ahead=30, content="poison")
    world.tick()
    world.clock.advance(seconds=30)
    world.deliver()
    assert [world.status(post) for post in mates] == ["published"] * 4
    world.run(minutes=30)
    assert world.status(poison) == "failed"
    assert "internal error" in world.row(poison)["failure_reason"]
    assert len(world.platform.landed) == 4


def test_in_doubt_before_the_publish_call_counts_as_transient(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The retries end, and no message says that the post may be public."""

    def doubt(*_: object) -> None:
        raise InDoubt("no_answer", "The upload got no response.")

    monkeypatch.setattr(FakeAdapter, "publish", doubt)
    post = world.post(ahead=30)
    world.run(hours=7)
    row = world.row(post)
    assert row["failure_reason"] == "The upload got no response. We gave up after 6 hours. Retry the post."
    assert world.publications(post)[0]["state"] == "failed"


def test_failed_visibility_change_only_delays_the_retry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(**_: object) -> None:
        raise ConnectionError("SQS is unavailable")

    first, second = world.post(ahead=30), world.post(ahead=30)
    world.platform.script = ["refused_connection", "land"]
    world.tick()
    world.clock.advance(seconds=30)
    with monkeypatch.context() as patch:
        patch.setattr(world.sqs, "change_message_visibility_batch", unavailable)
        answer = world.publish(world.sqs.receive())
    assert len(answer["batchItemFailures"]) == 1
    assert len(world.sqs.messages) == 1
    world.run(minutes=4)
    assert [world.status(post) for post in (first, second)] == ["published", "published"]
    assert set(world.platform.times_landed().values()) == {1}

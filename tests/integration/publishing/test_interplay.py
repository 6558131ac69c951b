"""Publishers beside everything else that touches the same rows, and beside each other's mistakes."""

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
from psycopg.types.json import Jsonb

from minutehand.platforms.port import InDoubt, Rejected
from minutehand.publishing import ledger
from minutehand.queue import outbox
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.db import Database
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
def holding(url: str, publication: UUID) -> Iterator[psycopg.Connection[Any]]:
    """Another process holds the row of a publication for a moment."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SELECT FROM publications WHERE id = %s FOR UPDATE", [publication])
        yield connection


def test_a_message_that_finds_its_publication_held_for_a_moment_comes_back(world: World, database_url: str) -> None:
    """As when `schedule` still notes that it has sent the message that a publisher has received already."""
    post = world.post(ahead=0)
    due = world.clock.now()
    world.schedule(post)
    with holding(database_url, world.publications(post)[0]["id"]):
        assert world.deliver() == 1
    world.clock.advance(seconds=1)  # not at once: three receives would be used up while the row is still held
    assert world.deliver() == 1
    assert world.status(post) == "published"
    assert [landed.at for landed in world.platform.landed] == [due + timedelta(seconds=1)]


def test_two_platforms_that_end_at_the_same_moment_end_the_post(world: World) -> None:
    """Each of the two statements would see the other's publication as open, if the post were not held meanwhile."""
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
        (load(ledger.__package__)["save"], {"handles": [Jsonb({}), Jsonb({})]}),
    ],
    ids=["mark_sent", "save"],
)
def test_rows_are_locked_in_the_order_of_their_ids(
    world: World, database_url: str, query: Query, parameters: dict[str, Any]
) -> None:
    """Two statements that lock the same rows in different orders end in a deadlock, and one of them fails."""
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
    # the order must not depend on the plan: here without any index
    settings = ("enable_indexscan=off", "enable_bitmapscan=off", "lock_timeout=10s")
    options = quote(" ".join(f"-c {setting}" for setting in settings))
    db = Database(lambda: f"{database_url}&options={options}")
    with holding(database_url, LOW) as other, ThreadPoolExecutor() as pool:
        written = pool.submit(db.fetch, query, ids=[HIGH, LOW], token=token, now=now, **parameters)
        while not world.db.fetch(WAITING):
            assert not written.done()
        other.execute("SELECT FROM publications WHERE id = %s FOR UPDATE NOWAIT", [HIGH])
        other.rollback()
        written.result()
    db.close()


@pytest.mark.parametrize("lead", [0, 1, 10])
def test_with_any_lead_a_message_is_received_once_and_its_post_is_on_time(world: World, lead: int) -> None:
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


def test_an_outcome_that_cannot_be_written_harms_no_other_post(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Postgres takes no NUL in a text, and the outcomes of a batch share statements."""
    publish = FakeAdapter.publish

    def say_nul(self: FakeAdapter, content: Any, account: Any, attempt: Any) -> Any:
        if content.text == "poison":
            raise Rejected("rejected", "It said \x00.")
        return publish(self, content, account, attempt)

    monkeypatch.setattr(FakeAdapter, "publish", say_nul)
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


def test_doubt_before_any_call_was_made_is_no_doubt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as an attempt, so that it comes to an end, and nobody is told that it may be out."""

    def doubt(*_: object) -> None:
        raise InDoubt("no_answer", "The upload brought no answer.")

    monkeypatch.setattr(FakeAdapter, "publish", doubt)
    post = world.post(ahead=30)
    world.run(minutes=10)
    row = world.row(post)
    assert row["failure_reason"] == "The upload brought no answer. Given up after 3 attempts."
    assert world.publications(post)[0]["state"] == "failed"


def test_sqs_that_refuses_a_new_visibility_delays_the_retry_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise ConnectionError("SQS is away")

    first, second = world.post(ahead=30), world.post(ahead=30)
    world.platform.script = ["refused_connection", "land"]
    world.tick()
    world.clock.advance(seconds=30)
    with monkeypatch.context() as patch:
        patch.setattr(world.sqs, "change_message_visibility_batch", away)
        answer = world.publish(world.sqs.receive())
    assert len(answer["batchItemFailures"]) == 1
    assert len(world.sqs.messages) == 1
    world.run(minutes=4)
    assert [world.status(post) for post in (first, second)] == ["published", "published"]
    assert set(world.platform.times_landed().values()) == {1}

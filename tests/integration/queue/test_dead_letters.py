"""Dead letters: the ledger decides what becomes of their publications."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.queue.dead_letters import DeadLetterReport, resolve_dead_letters
from minutehand.queue.retry import MAX_LEASES, RetryPolicy
from minutehand.runtime.sql import Query
from tests.support.world import World

CHANGE = Query(
    "change",
    """UPDATE publications
       SET state = %(state)s, attempts = %(attempts)s, leases = %(leases)s, armed_at = %(armed_at)s,
           lease_token = CASE WHEN %(state)s = 'publishing' THEN gen_random_uuid() END,
           lease_until = CASE WHEN %(state)s = 'publishing' THEN %(lease_until)s::timestamptz END
       WHERE id = %(id)s""",
)


def dead_lettered(world: World, *, lease_left: float = -1, armed: bool = False, **columns: Any) -> tuple[UUID, UUID]:
    """Insert a due post and its publication, with these columns, and return the ids of both."""
    post = world.post(ahead=0)
    world.schedule(post)
    world.sqs.purge()
    [publication] = world.publications(post)
    now = world.clock.now()
    values = {
        "state": "queued",
        "attempts": 0,
        "leases": 0,
        "armed_at": now if armed else None,
        "lease_until": now + timedelta(seconds=lease_left),
    }
    world.db.fetch(CHANGE, id=publication["id"], **(values | columns))
    return post, publication["id"]


def resolve(world: World, publication: UUID) -> DeadLetterReport:
    return resolve_dead_letters(world.db, [publication], now=world.clock.now(), policy=RetryPolicy())


def test_dead_letter_of_an_unattempted_publication_is_sent_again(world: World) -> None:
    post, publication = dead_lettered(world)
    assert resolve(world, publication) == DeadLetterReport(resent=1)
    world.run(minutes=2)
    assert world.status(post) == "published"
    assert world.events(publication) == ["began", "published"]


def test_leased_publication_is_left_to_its_publisher(world: World) -> None:
    post, publication = dead_lettered(world, state="publishing", leases=MAX_LEASES, lease_left=30, armed=True)
    assert resolve(world, publication).ended == 0
    assert world.publications(post)[0]["state"] == "publishing"
    assert world.publications(post)[0]["lease_until"] > world.clock.now()


@pytest.mark.parametrize(
    ("columns", "code", "reason"),
    [
        (
            {"attempts": RetryPolicy().attempts},
            "attempts_used_up",
            "The post was not published on Bluesky in 3 attempts. Retry the post.",
        ),
        (
            {"state": "publishing", "leases": MAX_LEASES},
            "internal_error",
            "An internal error kept this post from being published on Bluesky. Retry the post.",
        ),
    ],
    ids=["attempts", "leases"],
)
def test_publication_fails_after_its_last_attempt_or_lease(
    world: World, columns: dict[str, Any], code: str, reason: str
) -> None:
    post, publication = dead_lettered(world, **columns)
    assert resolve(world, publication) == DeadLetterReport(ended=1)
    [row] = world.publications(post)
    assert (row["state"], row["failure_code"], row["failure_reason"]) == ("failed", code, reason)
    assert (world.status(post), world.row(post)["failure_reason"]) == ("failed", reason)
    assert world.events(publication) == ["failed"]


def test_publication_in_doubt_is_reconciled_before_it_fails(world: World) -> None:
    post, publication = dead_lettered(world, state="publishing", attempts=RetryPolicy().attempts, armed=True)
    assert resolve(world, publication) == DeadLetterReport(resent=1)
    world.run(minutes=3)
    assert world.platform.reconciliations == 1
    assert world.status(post) == "failed"
    assert world.events(publication) == ["failed"]
    assert world.row(post)["failure_reason"] == (
        "The call to Bluesky failed, and the post was not published. We gave up after 3 attempts. Retry the post."
    )


def test_publication_in_doubt_is_unknown_after_its_last_lease(world: World) -> None:
    post, publication = dead_lettered(world, state="publishing", attempts=1, leases=MAX_LEASES, armed=True)
    assert resolve(world, publication) == DeadLetterReport(ended=1)
    [row] = world.publications(post)
    assert (row["state"], row["failure_code"]) == ("unknown", "outcome_unknown")
    assert world.row(post)["failure_reason"] == (
        "We could not confirm whether this post was published on Bluesky. Check the account."
    )
    world.run(minutes=10)
    assert world.platform.landed == []


@pytest.mark.parametrize("state", ["cancelled", "published"])
def test_ended_publication_needs_no_action(world: World, state: str) -> None:
    post = world.post(ahead=0)
    world.schedule(post)
    [publication] = world.publications(post)
    if state == "cancelled":
        world.cancel(post)
    else:
        world.deliver()
    assert resolve(world, publication["id"]) == DeadLetterReport(settled_before=1)
    assert world.publications(post)[0]["state"] == state


def test_deleted_publication_needs_no_action(world: World) -> None:
    assert resolve(world, uuid4()) == DeadLetterReport(settled_before=1)


def test_post_stays_queued_until_its_other_publication_ends(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=0)
    world.schedule(post)
    first, second = world.publications(post)
    world.sqs.purge()
    change = {"state": "queued", "attempts": RetryPolicy().attempts, "leases": 0, "armed_at": None, "lease_until": None}
    world.db.fetch(CHANGE, id=first["id"], **change)
    report = resolve_dead_letters(world.db, [first["id"], second["id"]], now=world.clock.now(), policy=RetryPolicy())
    assert (report.ended, report.resent, world.status(post)) == (1, 1, "queued")
    world.run(minutes=2)
    assert world.status(post) == "failed"
    assert world.row(post)["failure_reason"] == (
        "The post was not published on Bluesky in 3 attempts. Retry the post. Published on Mastodon."
    )


def test_unreadable_message_becomes_a_dead_letter_and_affects_no_other(world: World) -> None:
    world.sqs.put("not ours")
    post = world.post(ahead=0)
    world.schedule(post)
    world.deliver()
    assert world.status(post) == "published"
    assert len(world.sqs.messages) == 1
    world.run(minutes=30)
    assert (world.sqs.messages, world.sqs.dead) == ({}, [])

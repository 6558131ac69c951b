"""The conditions of a lease, one by one: they overlap, so tests of the whole would not notice that one is missing."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from minutehand.publishing.ledger import Ledger
from minutehand.publishing.work import Outcome, Work
from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.world import World

TOKEN = uuid4()
EVENTS = Query("events", "SELECT type FROM events WHERE post_id = %(id)s ORDER BY id")
OF_EARLIER_JOB = Query(
    "of_earlier_job",
    """UPDATE publications
       SET job_id = %(job_id)s, state = 'unknown', failure_code = 'outcome_unknown', failure_reason = 'It is unknown.'
       WHERE id = %(id)s""",
)
PUBLISHED = Outcome("published", "published", 1, armed=True, remote_id="1")


def leased(world: World, *, ahead: float = 0, seconds: float = 60) -> Work:
    """Return a publication that the ledger of ``TOKEN`` has leased for ``seconds`` seconds."""
    post = world.post(ahead=ahead)
    world.schedule(post)
    [publication] = world.publications(post)
    [work] = lease(world, publication["id"], TOKEN, seconds=seconds)
    return work


def ledger(world: World, token: UUID = TOKEN) -> Ledger:
    return Ledger(world.db, world.clock, token)


def lease(world: World, publication: UUID, token: UUID, *, seconds: float = 60) -> list[Work]:
    now = world.clock.now()
    soon, until = now + timedelta(seconds=5), now + timedelta(seconds=seconds)
    return ledger(world, token).lease([publication], now=now, soon=soon, until=until, crashed=True)


def row(world: World, work: Work) -> dict[str, Any]:
    return world.publications(work.post_id)[0]


def test_holder_of_the_lease_saves_arms_and_records(world: World) -> None:
    work = leased(world)
    assert ledger(world).save(work.id, {"a": "1"})
    assert ledger(world).arm(work.id, {"b": "2"})
    assert ledger(world).record(work, PUBLISHED)
    after = row(world, work)
    assert (after["state"], after["checkpoint"], after["attempts"]) == ("published", {"a": "1", "b": "2"}, 1)


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", '"quoted"', "line\nline", "null", "\U0001f600", "\u2028é", ""])
def test_outcome_is_stored_unchanged(world: World, text: str) -> None:
    work = leased(world)
    now = world.clock.now()
    failed = Outcome("failed", "failed", 3, reconciliations=2, permalink=text, remote_id=text, code=text, reason=text)
    assert ledger(world).save(work.id, {"handle": text})
    assert ledger(world).record(work, failed)
    after = row(world, work)
    assert [after[name] for name in ("permalink", "remote_id", "failure_code", "failure_reason")] == [text] * 4
    assert (after["state"], after["attempts"], after["reconciliations"]) == ("failed", 3, 2)
    assert (after["checkpoint"], after["retrying_since"], after["updated_at"]) == ({"handle": text}, None, now)


def test_times_of_an_outcome_keep_their_microseconds(world: World) -> None:
    work = leased(world)
    since = world.clock.now() + timedelta(microseconds=1)
    at = (since + timedelta(hours=1, microseconds=999_998)).astimezone(timezone(timedelta(hours=-5, minutes=-30)))
    later = Outcome("transient", "queued", 0, next_attempt_at=at, retrying_since=since, code="busy", reason="Wait.")
    assert ledger(world).record(work, later)
    after = row(world, work)
    assert (after["next_attempt_at"], after["retrying_since"]) == (at, since)


def test_post_ends_with_its_only_publication(world: World) -> None:
    work = leased(world)
    assert work.only_publication
    assert ledger(world).arm(work.id, {})
    assert ledger(world).record(work, PUBLISHED)
    assert world.status(work.post_id) == "published"
    types = [event["type"] for event in world.db.fetch(EVENTS, id=work.post_id)]
    assert types[-2:] == ["publication.published", "post.published"]


@pytest.mark.parametrize("job", ["of the same job", "of an earlier job"])
def test_post_with_another_publication_does_not_end_with_the_first(world: World, job: str) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=0)
    world.schedule(post)
    first, second = world.publications(post)
    if job == "of an earlier job":
        world.db.fetch(OF_EARLIER_JOB, id=second["id"], job_id=uuid4())
    [work] = lease(world, first["id"], TOKEN)
    assert not work.only_publication
    assert ledger(world).arm(work.id, {})
    assert ledger(world).record(work, PUBLISHED)
    assert world.status(post) == {"of the same job": "queued", "of an earlier job": "failed"}[job]


def test_other_publisher_writes_nothing(world: World) -> None:
    work, other = leased(world), ledger(world, uuid4())
    assert not other.save(work.id, {"a": "1"})
    assert not other.arm(work.id, {})
    assert not other.record(work, PUBLISHED)
    after = row(world, work)
    assert (after["state"], after["checkpoint"], after["armed_at"]) == ("publishing", {}, None)


def test_lease_is_taken_over_only_after_it_expires(world: World) -> None:
    work = leased(world, seconds=60)
    world.clock.advance(seconds=59)
    assert lease(world, work.id, uuid4()) == []
    world.clock.advance(seconds=1)
    [taken] = lease(world, work.id, uuid4())
    assert (taken.previous_state, taken.leases) == ("publishing", 2)
    assert not ledger(world).save(work.id, {})


def test_publish_call_is_armed_once(world: World) -> None:
    work = leased(world)
    assert ledger(world).arm(work.id, {})
    assert not ledger(world).arm(work.id, {})
    assert world.events(work.id) == ["began"]


def test_publish_call_is_not_armed_after_the_lease_expired(world: World) -> None:
    work = leased(world, seconds=60)
    world.clock.advance(seconds=60)
    assert not ledger(world).arm(work.id, {})


def test_publish_call_is_not_armed_before_its_time(world: World) -> None:
    work = leased(world, ahead=2)
    assert not ledger(world).arm(work.id, {})
    world.clock.advance(seconds=2)
    assert ledger(world).arm(work.id, {})


def test_publish_call_is_not_armed_after_a_cancel(world: World) -> None:
    work = leased(world)
    world.cancel(work.post_id)
    assert not ledger(world).save(work.id, {})
    assert not ledger(world).arm(work.id, {})
    assert row(world, work)["state"] == "cancelled"


def test_outcome_is_recorded_once(world: World) -> None:
    work = leased(world)
    ledger(world).arm(work.id, {})
    assert ledger(world).record(work, PUBLISHED)
    assert not ledger(world).record(work, PUBLISHED)
    assert world.events(work.id) == ["began", "published"]


@pytest.mark.parametrize("columns", ["job_id = gen_random_uuid()", "status = 'failed', failure_reason = 'x'"])
def test_publication_of_another_job_or_an_ended_post_is_not_leased(world: World, columns: str) -> None:
    post = world.post(ahead=0)
    world.schedule(post)
    change = Query("change", f"UPDATE social_posts SET {columns} WHERE id = %(id)s")
    world.db.fetch(change, id=post)
    [publication] = world.publications(post)
    assert lease(world, publication["id"], TOKEN) == []
    now = world.clock.now()
    assert ledger(world).not_leased([publication["id"]], now=now, soon=now) == ({}, [])


def test_paused_publication_does_not_count_as_crashed(world: World) -> None:
    work = leased(world)
    world.pause("all")
    world.resume("all")

    assert row(world, work)["leases"] == 0


def test_message_of_a_locked_crashed_publication_is_retried(world: World, database_url: str) -> None:
    work = leased(world, seconds=60)
    world.clock.advance(seconds=61)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT FROM publications WHERE id = %s FOR UPDATE", [work.id])
        assert world.deliver() == 1
        back = world.sqs.next_visible_at()

    assert back is not None
    assert back - world.clock.now() < timedelta(seconds=5)


def test_crashed_publication_is_leased_only_on_request(world: World) -> None:
    work = leased(world, seconds=60)
    now = world.clock.advance(seconds=61)
    among: dict[str, Any] = {"now": now, "soon": now, "until": now + timedelta(seconds=60)}

    assert ledger(world).lease([work.id], **among) == []
    assert ledger(world).not_leased([work.id], now=now, soon=now) == ({}, [work.id])
    assert [each.id for each in ledger(world).lease([work.id], **among, crashed=True)] == [work.id]
    assert ledger(world).not_leased([work.id], now=now, soon=now) == ({}, [])  # it is leased


# -- the ownership of a post found on a platform ----------------------------------------------------------------------


REMOTE = "found-there"
TWO = ("bluesky", "mastodon")


def armed_pair(world: World) -> tuple[Work, Work]:
    """Arm two publications on one connection, one after the other, and return them."""
    connect(world.db, "bluesky")
    pair = []
    for _ in TWO:
        work = leased(world)
        assert ledger(world).arm(work.id, {})
        pair.append(work)
        world.clock.advance(seconds=1)
    return pair[0], pair[1]


def doubt(world: World, work: Work) -> None:
    now = world.clock.now()
    doubted = Outcome(
        "in_doubt", "publishing", 1, armed=True, next_attempt_at=now, code="no_answer", reason="The connection broke."
    )
    assert ledger(world).record(work, doubted)


def test_post_of_another_publication_is_taken(world: World) -> None:
    first, second = armed_pair(world)
    assert ledger(world).record(first, replace(PUBLISHED, remote_id=REMOTE))

    assert ledger(world).ownership(second.id, REMOTE) == "taken"
    assert ledger(world).ownership(second.id, "another") == "free"


def test_found_post_is_contested_while_another_call_is_under_way(world: World) -> None:
    first, second = armed_pair(world)
    doubt(world, first)

    assert ledger(world).ownership(first.id, REMOTE) == "contested"  # the second call may own the post
    assert ledger(world).record(second, replace(PUBLISHED, remote_id="another"))
    assert ledger(world).ownership(first.id, REMOTE) == "free"


def test_only_the_later_of_two_calls_in_doubt_is_contested(world: World) -> None:
    first, second = armed_pair(world)
    doubt(world, first)
    doubt(world, second)

    assert ledger(world).ownership(first.id, REMOTE) == "free"
    assert ledger(world).ownership(second.id, REMOTE) == "contested"


def test_found_post_is_contested_while_another_post_is_processing(world: World) -> None:
    first, second = armed_pair(world)
    assert ledger(world).record(
        second, Outcome("processing", "processing", 1, armed=True, next_attempt_at=world.clock.now())
    )
    doubt(world, first)

    assert ledger(world).ownership(first.id, REMOTE) == "contested"


def test_remote_id_of_any_length_is_stored_and_found(world: World) -> None:
    """Third-party servers choose the ids."""
    first, second = armed_pair(world)
    long = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(2_048))
    assert ledger(world).record(first, replace(PUBLISHED, remote_id=long))

    assert ledger(world).ownership(second.id, long) == "taken"
    assert ledger(world).ownership(second.id, long[:-1]) == "free"


def on_server(world: World, owner_id: str, server: str) -> Work:
    """Arm a publication of ``owner_id`` on a Mastodon server, and return it."""
    connect(world.db, "mastodon", owner_id, account_id=f"1@{server}", base_url=f"https://{server}")
    post = world.post(owner_id=owner_id, platforms=["mastodon"], ahead=0)
    world.schedule(post, owner_id)
    [publication] = world.publications(post)
    [work] = lease(world, publication["id"], TOKEN)
    assert ledger(world).arm(work.id, {})
    return work


@pytest.mark.parametrize("claimed_first", [True, False])
def test_id_that_another_server_has_or_claims_is_free(world: World, claimed_first: bool) -> None:
    """Small servers number their statuses from 1, and a hostile server returns any id."""
    ours, theirs = on_server(world, "ada", "a.example"), on_server(world, "bob", "b.example")
    first, second = (theirs, ours) if claimed_first else (ours, theirs)
    assert ledger(world).record(first, replace(PUBLISHED, remote_id=REMOTE))

    assert ledger(world).ownership(second.id, REMOTE) == "free"


def test_post_of_another_owner_on_the_same_server_is_taken(world: World) -> None:
    ours, theirs = on_server(world, "ada", "a.example"), on_server(world, "bob", "a.example")
    assert ledger(world).record(theirs, replace(PUBLISHED, remote_id=REMOTE))

    assert ledger(world).ownership(ours.id, REMOTE) == "taken"


def test_post_on_a_removed_connection_is_taken_only_from_its_owner(world: World) -> None:
    """A hostile server's id stays claimed no longer than its connection."""
    ours, theirs = on_server(world, "ada", "a.example"), on_server(world, "bob", "b.example")
    for work in (ours, theirs):
        assert ledger(world).record(work, replace(PUBLISHED, remote_id=f"{REMOTE}-{work.owner_id}"))
    world.db.fetch(Query("remove", "DELETE FROM social_connections"))
    again = on_server(world, "ada", "a.example")

    assert ledger(world).ownership(again.id, f"{REMOTE}-ada") == "taken"
    assert ledger(world).ownership(again.id, f"{REMOTE}-bob") == "free"


def test_call_on_another_connection_contests_nothing(world: World) -> None:
    first, second = armed_pair(world)
    world.db.fetch(Query("elsewhere", "UPDATE publications SET connection_id = NULL WHERE id = %(id)s"), id=first.id)

    assert ledger(world).ownership(second.id, REMOTE) == "free"


def test_armed_retry_is_not_in_doubt(world: World) -> None:
    work = leased(world)
    assert ledger(world).arm(work.id, {})
    refused = Outcome("transient", "queued", 1, next_attempt_at=world.clock.now(), code="busy", reason="It is busy.")
    assert ledger(world).record(work, refused)
    [work] = lease(world, work.id, TOKEN)
    assert row(world, work)["failure_code"] == "busy"

    assert ledger(world).arm(work.id, {})

    assert row(world, work)["failure_code"] is None


# -- repeating a publish call in doubt --------------------------------------------------------------------------------


def test_holder_of_the_lease_may_repeat_its_publish_call(world: World) -> None:
    work = leased(world)
    assert ledger(world).arm(work.id, {})

    assert ledger(world).may_send(work.id)
    assert not ledger(world, uuid4()).may_send(work.id)


def test_publish_call_may_not_be_repeated_during_a_pause(world: World) -> None:
    work = leased(world)
    assert ledger(world).arm(work.id, {})
    world.pause("platform", work.platform)
    assert not ledger(world).may_send(work.id)

    world.resume("platform", work.platform)

    assert ledger(world).may_send(work.id)


@pytest.mark.parametrize("part", [1, 2])
def test_publish_call_may_not_be_repeated_after_its_window(world: World, part: int) -> None:
    work = leased(world, seconds=600)
    assert ledger(world).arm(work.id, {})
    end = Query("end", "UPDATE publications SET expires_at = %(at)s, part = %(part)s WHERE id = %(id)s")
    world.db.fetch(end, id=work.id, at=world.clock.now(), part=part)
    assert ledger(world).may_send(work.id)

    world.clock.advance(seconds=1)

    assert not ledger(world).may_send(work.id)

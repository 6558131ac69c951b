"""Jobs: creating, cancelling, and following the edits of their posts."""

import contextlib
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.publishing.ledger import Ledger
from minutehand.publishing.work import Outcome, Work
from minutehand.queue import jobs
from minutehand.queue.policy import Policy
from minutehand.queue.sendable import Sendable
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, NotFound
from minutehand.runtime.sql import Query
from tests.support.faults import Boundaries, BoundaryDatabase, Killed
from tests.support.threads import at_once, wait_for_blocked_process
from tests.support.world import World

CONNECT = Query(
    "connect",
    """INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url)
       VALUES (%(owner_id)s, %(platform)s, 'account', 'handle', 'https://example.org')""",
)
EVENTS = Query("events", "SELECT type, actor, data FROM events WHERE post_id = %(id)s ORDER BY id")


def refusal(call: Any, *arguments: Any, **keywords: Any) -> tuple[str, str]:
    """Return the code and the message of the conflict that the call raises."""
    with pytest.raises(Conflict) as refused:
        call(*arguments, **keywords)
    return refused.value.code, str(refused.value)


# -- schedule ------------------------------------------------------------------------------------------------------


def test_repeated_schedule_returns_the_same_job(world: World) -> None:
    post = world.post(ahead=3_600)
    job = world.schedule(post)
    assert (job.state, world.sqs.sent, world.status(post)) == ("delayed", 0, "scheduled")
    assert world.schedule(post) == job
    assert [event["type"] for event in world.db.fetch(EVENTS, id=post)] == ["post.scheduled"]


def test_post_within_the_horizon_is_sent_at_once_and_once(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=20)
    job = world.schedule(post)
    assert (job.state, world.sqs.sent, world.status(post)) == ("waiting", 2, "queued")
    assert world.schedule(post).id == job.id
    assert world.tick().sent == 0
    assert world.sqs.sent == 2


def test_concurrent_schedules_return_the_same_job(world: World, database_url: str) -> None:
    post = world.post(ahead=20)
    made: list[jobs.Job] = []
    sent: list[Sendable] = []

    def schedule() -> None:
        db = Database(lambda: database_url)
        with db.after_commit(sent.extend):
            made.append(
                jobs.schedule(
                    db,
                    post_id=post,
                    owner_id="ada",
                    actor=Actor("ada"),
                    now=world.clock.now(),
                    horizon=timedelta(seconds=120),
                    policy=Policy("sandbox"),
                )
            )
        db.close()

    at_once(*[schedule] * 4)
    assert len({job.id for job in made}) == 1
    assert len(sent) == 1
    assert len(world.publications(post)) == 1


def test_job_state_follows_the_publication(world: World) -> None:
    post = world.post(ahead=20)
    job = world.schedule(post)
    world.clock.advance(seconds=20)
    seen: list[str] = []
    boundaries = Boundaries("before publish call", lambda: seen.append(world.schedule(post).state))
    world.deliver(boundaries)
    assert seen == ["active"]
    assert world.status(post) == "published"
    code, sentence = refusal(world.schedule, post)
    assert (code, sentence) == ("not_scheduled", "This post is published; only a scheduled post can be queued.")
    assert world.publications(post)[0]["job_id"] == job.id


@pytest.mark.parametrize(
    ("columns", "code", "word"),
    [
        ({"status": "draft", "due": None}, "not_scheduled", "draft"),
        ({"approval_status": "pending"}, "not_approved", "pending"),
        ({"approval_status": "rejected"}, "not_approved", "rejected"),
        ({"ahead": -61}, "time_is_past", "2026-03-02T08:58:59Z"),
    ],
    ids=["draft", "pending", "rejected", "past"],
)
def test_post_that_is_not_ready_is_not_scheduled(world: World, columns: dict[str, Any], code: str, word: str) -> None:
    post = world.post(ahead=columns.get("ahead", 60), approval_status=columns.get("approval_status"))
    if columns.get("status") == "draft":
        world.cancel(post)
    refused, sentence = refusal(world.schedule, post)
    assert refused == code
    assert word in sentence
    assert world.sqs.sent == 0


def test_time_that_has_just_passed_counts_as_now(world: World) -> None:
    post = world.post(ahead=-60)
    world.schedule(post)
    world.deliver()
    assert world.status(post) == "published"


def test_error_names_the_platforms_without_a_connection(world: World) -> None:
    world.db.fetch(CONNECT, owner_id="ada", platform="bluesky")
    world.db.fetch(CONNECT, owner_id="grace", platform="mastodon")
    post = world.post(platforms=["x", "bluesky", "mastodon"])
    with pytest.raises(Conflict) as refused:
        world.schedule(post, unconnected="reject")
    assert refused.value.code == "not_connected"
    assert str(refused.value) == "No account is connected on Mastodon, X. Connect one first."
    assert [detail["given"] for detail in refused.value.details] == ["mastodon", "x"]
    assert world.row(post)["job_id"] is None
    assert world.schedule(post).state == "waiting"
    assert {row["platform"]: row["sandbox"] for row in world.publications(post)} == {
        "bluesky": False,
        "mastodon": True,
        "x": True,
    }


def test_post_of_another_owner_is_not_found(world: World) -> None:
    post = world.post(ahead=20)
    for meddle in (world.schedule, world.cancel):
        with pytest.raises(NotFound):
            meddle(post, "grace")
    assert world.status(post) == "scheduled"


# -- cancel --------------------------------------------------------------------------------------------------------


def test_cancelled_post_is_not_published_and_cannot_be_cancelled_again(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=20)
    world.schedule(post)
    world.cancel(post)
    row = world.row(post)
    assert (row["status"], row["scheduled_at"], row["job_id"]) == ("draft", None, None)
    assert refusal(world.cancel, post) == (
        "nothing_to_cancel",
        "This post was already cancelled at 2026-03-02T09:00:00Z and is a draft.",
    )
    world.run(minutes=5)
    assert world.platform.landed == []
    assert {row["state"] for row in world.publications(post)} == {"cancelled"}


def test_cancelled_post_gets_a_new_job(world: World) -> None:
    post = world.post(ahead=3_600)
    first = world.schedule(post).id
    world.cancel(post)
    world.edit(post, scheduledAt=(world.clock.now() + timedelta(seconds=30)).isoformat())
    second = world.schedule(post).id
    assert first != second
    world.run(minutes=2)
    assert world.status(post) == "published"


def test_post_in_backoff_can_be_cancelled(world: World) -> None:
    post = world.post(ahead=20)
    world.schedule(post)
    world.platform.script = ["refused_connection"]
    world.clock.advance(seconds=20)
    world.deliver()
    assert world.publications(post)[0]["attempts"] == 1
    world.cancel(post)
    world.run(minutes=5)
    assert (world.status(post), world.platform.landed) == ("draft", [])


def test_published_post_cannot_be_cancelled(world: World) -> None:
    post = world.post(ahead=20)
    world.schedule(post)
    world.run(minutes=1)
    assert refusal(world.cancel, post) == (
        "nothing_to_cancel",
        "This post is published; only a scheduled or queued post can be cancelled.",
    )


def test_failed_post_cannot_be_cancelled(world: World) -> None:
    world.platform.script = ["rejected"]
    post = world.post(ahead=20)
    world.schedule(post)
    world.run(minutes=1)
    assert refusal(world.cancel, post) == (
        "nothing_to_cancel",
        "This post has failed; only a scheduled or queued post can be cancelled.",
    )


def test_post_cannot_be_cancelled_during_its_publish_call(world: World) -> None:
    post = world.post(ahead=20)
    world.schedule(post)
    world.clock.advance(seconds=20)
    answers: list[tuple[str, str]] = []
    boundaries = Boundaries("before publish call", lambda: answers.append(refusal(world.cancel, post)))
    world.deliver(boundaries)
    assert answers == [("too_late", "This post is already being published and can no longer be cancelled.")]
    assert world.status(post) == "published"


def test_cancel_during_a_publish_call_cancels_the_other_publications(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=20)
    world.schedule(post)
    world.clock.advance(seconds=20)
    world.deliver(
        Boundaries("before publish call", lambda: world.cancel(post))
    )  # the first is in its publish call, the second waits
    assert len(world.platform.landed) == 1
    assert sorted(row["state"] for row in world.publications(post)) == ["cancelled", "published"]
    row = world.row(post)
    assert (row["status"], row["failure_reason"]) == ("published", None)
    assert row["posted_at"] is not None


def test_cancelled_rest_ends_the_post_as_published_in_part(world: World) -> None:
    world.pause("platform", "mastodon")
    post = world.post(platforms=["bluesky", "mastodon"], ahead=20)
    world.schedule(post)
    world.run(minutes=2)
    assert world.status(post) == "queued"
    world.cancel(post)
    assert world.status(post) == "published"
    last = world.db.fetch(EVENTS, id=post)[-2:]
    assert [(each["type"], each["data"].get("partial")) for each in last] == [
        ("post.cancelled", None),
        ("post.published", True),
    ]


def test_cancelled_rest_does_not_hide_a_failure(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=20)
    world.platform.script = ["rejected"]
    world.schedule(post)
    world.clock.advance(seconds=20)
    world.deliver(Boundaries("before publish call", lambda: world.cancel(post)))
    assert sorted(row["state"] for row in world.publications(post)) == ["cancelled", "failed"]
    row = world.row(post)
    assert (row["status"], row["posted_at"]) == ("failed", None)
    assert "Cancelled before it was published on" in row["failure_reason"]


def test_cancelled_rest_is_published_after_all(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=20)
    world.schedule(post)
    world.clock.advance(seconds=20)
    world.deliver(Boundaries("before publish call", lambda: world.cancel(post)))
    world.retry(post)
    world.run(minutes=2)
    live = [row for row in world.publications(post) if row["state"] == "published"]
    assert sorted(row["platform"] for row in live) == ["bluesky", "mastodon"]
    assert {landed.publication_id for landed in world.platform.landed} == {str(row["id"]) for row in live}
    assert len(world.platform.landed) == 2
    assert world.status(post) == "published"
    assert refusal(world.retry, post) == ("not_failed", "This post is published; only a failed post can be retried.")


def test_cancel_and_publisher_never_both_succeed(world: World, database_url: str) -> None:
    for _ in range(25):
        post = world.post(ahead=0)
        world.schedule(post)
        before = len(world.platform.landed)
        outcome: list[bool] = []

        def cancel(post: UUID = post, outcome: list[bool] = outcome) -> None:
            db = Database(lambda: database_url)
            try:
                jobs.cancel(db, post_id=post, owner_id="ada", actor=Actor("ada"), now=world.clock.now())
                outcome.append(True)
            except Conflict:
                outcome.append(False)
            finally:
                db.close()

        at_once(cancel, world.deliver)
        landed = len(world.platform.landed) - before
        assert landed == (0 if outcome == [True] else 1)
        assert world.status(post) == ("draft" if outcome == [True] else "published")
        world.sqs.purge()


def test_cancel_waits_for_a_concurrent_arm_and_is_refused(world: World, database_url: str) -> None:
    post = world.post(ahead=0)
    world.schedule(post)
    [publication] = world.publications(post)
    started, answers = threading.Event(), []

    def cancel() -> None:
        db = Database(lambda: database_url)
        started.set()
        with pytest.raises(Conflict) as refused:
            jobs.cancel(db, post_id=post, owner_id="ada", actor=Actor("ada"), now=world.clock.now())
        answers.append(refused.value.code)
        db.close()

    arm = Query(
        "arm",
        """UPDATE publications SET state = 'publishing', lease_token = gen_random_uuid(), lease_until = %(now)s,
                                   armed_at = %(now)s WHERE id = %(id)s""",
    )
    with world.db.transaction():
        world.db.fetch(arm, id=publication["id"], now=world.clock.now())
        thread = threading.Thread(target=cancel)
        thread.start()
        assert started.wait(10)
    thread.join()
    assert answers == ["too_late"]


@pytest.mark.parametrize("happening", ["rate_limited", "refused_connection"])
def test_cancel_waits_for_a_concurrent_outcome_and_cancels_the_retry(
    world: World, database_url: str, happening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = world.post(ahead=0)
    world.schedule(post)
    world.platform.script = [happening]
    record = Ledger._record
    ended: list[object] = []

    def cancel() -> None:
        db = Database(lambda: database_url)
        with contextlib.closing(db):
            jobs.cancel(db, post_id=post, owner_id="ada", actor=Actor("ada"), now=world.clock.now())
            ended.append("cancelled")

    thread = threading.Thread(target=cancel)

    def record_and_begin(self: Ledger, items: Sequence[tuple[Work, Outcome]]) -> list[bool]:
        """Start the cancel while the outcome is written but not committed: it sees the call as begun, and waits."""
        with self._db.transaction():
            recorded = record(self, items)
            thread.start()
            wait_for_blocked_process(world.db)
        return recorded

    monkeypatch.setattr(Ledger, "_record", record_and_begin)
    world.deliver()
    thread.join()

    assert ended == ["cancelled"]
    assert world.status(post) == "draft"
    assert [each["state"] for each in world.publications(post)] == ["cancelled"]


# -- edits ---------------------------------------------------------------------------------------------------------


def test_edited_post_with_a_job_is_published_with_its_new_text_and_time(world: World) -> None:
    post = world.post(ahead=600)
    job = world.schedule(post)
    later = world.clock.now() + timedelta(seconds=900)
    world.edit(post, content="The kiln is hot.", scheduledAt=later.isoformat())
    assert world.schedule(post).id == job.id
    world.run(minutes=20)
    [landed] = world.platform.landed
    assert (landed.text, landed.at) == ("The kiln is hot.", later)
    assert world.publications(post)[0]["job_id"] == job.id


def at(world: World, seconds: float) -> str:
    """Return the time in ``seconds`` seconds, in ISO 8601."""
    return (world.clock.now() + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize("explicit", [True, False], ids=["with a job", "without a job"])
def test_post_moved_within_the_horizon_is_published_on_time_without_a_tick(world: World, explicit: bool) -> None:
    post = world.post(ahead=86_400, platforms=["bluesky", "mastodon"])
    job_id = world.schedule(post).id if explicit else None
    world.tick()
    due = world.clock.now() + timedelta(seconds=10)

    edited = world.edit(post, scheduledAt=due.isoformat())

    assert (edited["status"], edited["version"], len(edited["publications"])) == ("queued", 3 + explicit, 2)
    assert world.sqs.sent == 2
    assert {row["job_id"] for row in world.publications(post)} == {job_id or world.row(post)["job_id"]}
    world.clock.advance(seconds=10)
    world.deliver()
    assert [landed.at for landed in world.platform.landed] == [due, due]
    world.run(minutes=5)
    assert len(world.platform.landed) == 2


@pytest.mark.parametrize(
    ("columns", "job", "changes"),
    [
        ({}, True, {"ahead": 121}),
        ({"ahead": 60}, True, {"notes": "Ask Mia."}),
        ({"approval_status": "approved"}, True, {"ahead": 10}),  # the edit needs a new approval
    ],
    ids=["beyond the horizon", "not moved", "to be approved"],
)
def test_other_edits_leave_the_post_to_the_tick(
    world: World, columns: dict[str, Any], job: bool, changes: dict[str, Any]
) -> None:
    post = world.post(**{"ahead": 86_400} | columns, job_id=uuid4() if job else None)
    if "ahead" in changes:
        changes = {"scheduledAt": at(world, changes["ahead"])}

    assert world.edit(post, **changes)["status"] == "scheduled"

    assert (world.sqs.sent, world.publications(post)) == (0, [])


def test_tick_sends_a_moved_post_that_sqs_refused(world: World) -> None:
    post = world.post(ahead=86_400)
    world.schedule(post)
    world.sqs.refuse = 1

    assert world.edit(post, scheduledAt=at(world, 100))["status"] == "queued"

    world.run(minutes=3)
    assert world.status(post) == "published"


@pytest.mark.parametrize("number", range(1, 12))
def test_edit_that_dies_at_any_boundary_loses_and_doubles_nothing(world: World, number: int) -> None:
    post = world.post(ahead=86_400)
    world.schedule(post)
    due = world.clock.now() + timedelta(seconds=100)
    db = BoundaryDatabase(lambda: world.url, world.connections, Boundaries(number))

    with contextlib.suppress(Killed):
        world.edit(post, db=db, scheduledAt=due.isoformat())
    db.close()

    moved = world.row(post)["scheduled_at"] == due
    assert moved == (world.status(post) == "queued")
    world.run(minutes=5)
    assert len(world.platform.landed) == moved


def test_post_within_the_horizon_is_published_on_time_after_its_approval_is_lifted(world: World) -> None:
    post = world.post(ahead=10, approval_status="pending", job_id=uuid4())

    assert world.edit(post, roles="approver", approvalRequired=False)["status"] == "queued"

    world.clock.advance(seconds=10)
    world.deliver()
    assert world.status(post) == "published"


@pytest.mark.parametrize("job", [True, False])
def test_approval_of_a_post_past_its_window_cannot_be_lifted(world: World, job: bool) -> None:
    post = world.post(ahead=0, approval_status="pending", publish_within_seconds=60, job_id=uuid4() if job else None)
    world.clock.advance(seconds=60)
    before = world.row(post)

    code, sentence = refusal(world.edit, post, roles="approver", approvalRequired=False)

    assert (code, world.row(post)) == ("time_is_past", before)
    assert "its window closed at 2026-03-02T09:01:00.000Z" in sentence
    edited = world.edit(post, roles="approver", approvalRequired=False, scheduledAt=at(world, 10))
    assert edited["status"] == "queued"
    world.run(minutes=2)
    assert world.status(post) == "published"

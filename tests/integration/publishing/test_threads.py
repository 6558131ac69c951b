"""Threads: each part goes out once, as a reply to the one before, and an unfinished thread gives its reason."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.queue.claim import MIN_PART_WINDOW
from minutehand.queue.retry import MAX_LEASES, RetryPolicy
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.faults import Boundaries
from tests.support.platform import Landed
from tests.support.world import World, dies

NO_EARLIER_PART = ("failed", "earlier_part_missing")
CHANGE = Query(
    "change",
    "UPDATE publications SET attempts = %(attempts)s, leases = %(leases)s WHERE id = %(id)s AND state = 'queued'",
)


def published(world: World) -> list[tuple[str, str | None]]:
    """Return the text of each published part, in order, with the text that it replies to."""
    texts = {f"remote-{landed.publication_id}": landed.text for landed in world.platform.landed}
    return [(landed.text, texts[landed.reply_to] if landed.reply_to else None) for landed in world.platform.landed]


def ends(world: World, post: UUID) -> list[tuple[str, str | None]]:
    return [(row["state"], row["failure_code"]) for row in world.publications(post)]


def reason(world: World, post: UUID) -> str:
    row = world.row(post)
    assert row["status"] == "failed"
    return str(row["failure_reason"])


def thread(world: World, **columns: Any) -> UUID:
    return world.thread("One", "Two", "Three", **({"ahead": 30} | columns))


WHOLE = [("One", None), ("Two", "One"), ("Three", "Two")]


def test_parts_are_published_in_order_as_replies(world: World) -> None:
    post = thread(world)
    world.tick()
    assert [(row["part"], row["state"]) for row in world.publications(post)] == [
        (1, "queued"),
        (2, "waiting"),
        (3, "waiting"),
    ]
    assert world.sqs.sent == 1
    world.run(minutes=1)
    assert published(world) == WHOLE
    assert world.status(post) == "published"
    assert world.row(post)["posted_at"] == max(row["published_at"] for row in world.publications(post))
    # a part does not wait for a tick: its message is sent as soon as the part before is published
    assert world.platform.landed[-1].at - world.platform.landed[0].at == timedelta(0)


def test_first_comment_replies_to_its_post(world: World) -> None:
    post = world.post(ahead=30, content="One", platform_options={"bluesky": {"firstComment": "Two"}})
    world.run(minutes=1)
    assert published(world) == WHOLE[:2]
    assert world.status(post) == "published"


def test_options_of_another_platform_add_no_parts(world: World) -> None:
    options = {"mastodon": {"thread": ["Two"]}, "bluesky": {"firstComment": "", "thread": []}}
    post = world.post(ahead=30, content="One", platform_options=options)
    world.run(minutes=1)
    assert published(world) == WHOLE[:1]
    assert world.status(post) == "published"


@pytest.mark.parametrize(
    ("happening", "at_least"),
    [("rate_limited", 200), ("refused_connection", 5), ("never_land", 5), ("land_then_drop", 5), ("processes", 30)],
)
def test_next_part_waits_for_a_slow_part(world: World, happening: str, at_least: float) -> None:
    post = thread(world)
    world.platform.script = ["land", happening]
    world.run(minutes=10)
    assert published(world) == WHOLE
    assert world.status(post) == "published"
    first, _, third = (landed.at for landed in world.platform.landed)
    assert third - first >= timedelta(seconds=at_least)
    assert set(world.platform.times_landed().values()) == {1}


def test_parts_after_a_failed_part_are_not_published(world: World) -> None:
    post = world.thread("One", "Two", "Three", "Four", platforms=["bluesky", "mastodon"], ahead=30)
    world.platform.script = ["land", "land", "rejected"]  # both first parts, then the second of one
    world.run(minutes=5)
    failed = next(row["platform"] for row in world.publications(post) if row["failure_code"] == "rejected")
    other = "mastodon" if failed == "bluesky" else "bluesky"
    assert [
        end for row, end in zip(world.publications(post), ends(world, post), strict=True) if row["platform"] == failed
    ] == [
        ("published", None),
        ("failed", "rejected"),
        NO_EARLIER_PART,
        NO_EARLIER_PART,
    ]
    assert Counter(landed.text for landed in world.platform.landed) == {"One": 2, "Two": 1, "Three": 1, "Four": 1}
    assert reason(world, post) == (
        f"Part 2: It rejected the post. Published in part on {failed.capitalize()}. Published on {other.capitalize()}."
    )
    behind = [row["id"] for row in world.publications(post) if row["failure_code"] == "earlier_part_missing"]
    assert [world.events(publication) for publication in behind] == [["failed"], ["failed"]]


def test_parts_after_an_unknown_part_are_not_published(world: World) -> None:
    post = thread(world)
    world.platform.can_tell = False
    world.platform.script = ["land", "land_then_drop"]
    world.run(minutes=10)
    assert ends(world, post) == [("published", None), ("unknown", "outcome_unknown"), NO_EARLIER_PART]
    assert [landed.text for landed in world.platform.landed] == ["One", "Two"]
    assert reason(world, post) == (
        "Part 2: It cannot confirm whether it has the post. Check the account. Published in part on Bluesky."
    )


def test_failed_first_part_fails_the_whole_thread(world: World) -> None:
    post = thread(world)
    world.platform.script = ["rejected"]
    world.run(minutes=5)
    assert ends(world, post) == [("failed", "rejected"), NO_EARLIER_PART, NO_EARLIER_PART]
    assert reason(world, post) == "It rejected the post."
    assert world.platform.landed == []


# -- lost messages -------------------------------------------------------------------------------------------------


def test_tick_sends_a_part_whose_message_was_never_sent(world: World) -> None:
    post = thread(world)
    world.tick()
    world.clock.advance(seconds=30)
    assert dies(lambda: world.deliver(Boundaries("before send_message_batch")))
    assert [row["state"] for row in world.publications(post)] == ["published", "queued", "waiting"]
    world.clock.advance(seconds=14)
    assert world.tick().sent == 0  # its sender may still be running
    world.clock.advance(seconds=1)
    assert world.tick().sent == 1
    world.run(minutes=3)
    assert published(world) == WHOLE
    assert world.status(post) == "published"


def test_tick_sends_a_part_that_sqs_refused_or_lost(world: World) -> None:
    post = thread(world)
    world.tick()
    world.clock.advance(seconds=30)
    world.sqs.refuse = 1
    world.deliver()
    assert world.sqs.messages == {}
    world.clock.advance(seconds=60)
    world.tick()
    assert world.sqs.purge() == 1
    world.run(minutes=5)
    assert published(world) == WHOLE
    assert world.status(post) == "published"


def test_messages_of_waiting_or_published_parts_have_no_effect(world: World) -> None:
    post = thread(world)
    world.tick()
    world.clock.advance(seconds=30)
    [body] = [message.body for message in world.sqs.messages.values()]
    first, second, third = (row["id"] for row in world.publications(post))
    for waiting in (third, second):
        world.sqs.put(body.replace(str(first), str(waiting)))
    world.deliver(count=2)  # messages of parts that still wait
    world.sqs.put(body)
    world.run(minutes=5)
    assert published(world) == WHOLE
    assert set(world.platform.times_landed().values()) == {1}


# -- dead letters --------------------------------------------------------------------------------------------------


def given_up_in_the_middle(world: World, *, armed: bool) -> UUID:
    """Give up the second part of a thread, after its last attempt or after crashes in its publish call."""
    post = thread(world)
    world.tick()
    world.clock.advance(seconds=30)
    world.deliver()
    second = world.publications(post)[1]["id"]
    if armed:
        world.db.fetch(CHANGE, id=second, attempts=0, leases=MAX_LEASES - 1)
        assert dies(lambda: world.deliver(Boundaries("before publish call")))
        world.clock.advance(seconds=120)
    else:
        world.db.fetch(CHANGE, id=second, attempts=RetryPolicy().attempts, leases=0)
    world.sqs.dead = list(world.sqs.messages.values())
    world.sqs.purge()
    world.resolve_dead_letters()
    return post


def test_given_up_part_fails_the_parts_after_it(world: World) -> None:
    post = given_up_in_the_middle(world, armed=False)
    assert ends(world, post) == [("published", None), ("failed", "attempts_used_up"), NO_EARLIER_PART]
    assert reason(world, post) == (
        "Part 2: The post was not published on Bluesky in 3 attempts. Retry the post. Published in part on Bluesky."
    )


def test_part_given_up_in_its_publish_call_is_unknown(world: World) -> None:
    post = given_up_in_the_middle(world, armed=True)
    assert ends(world, post) == [("published", None), ("unknown", "outcome_unknown"), NO_EARLIER_PART]
    assert reason(world, post) == (
        "Part 2: We could not confirm whether this post was published on Bluesky. Check the account. "
        "Published in part on Bluesky."
    )
    world.run(minutes=10)
    assert [landed.text for landed in world.platform.landed] == ["One"]


# -- cancel --------------------------------------------------------------------------------------------------------


def test_cancel_ends_a_begun_thread_as_published_in_part(world: World) -> None:
    post = thread(world)
    world.platform.script = ["land", "rate_limited"]
    world.run(minutes=1)
    world.cancel(post)
    world.run(minutes=10)
    assert ends(world, post) == [("published", None), ("cancelled", "rate_limited"), ("cancelled", None)]
    assert (world.status(post), world.row(post)["failure_reason"]) == ("published", None)
    assert [landed.text for landed in world.platform.landed] == ["One"]


def test_cancelled_thread_becomes_a_draft_before_its_first_part(world: World) -> None:
    post = thread(world)
    world.tick()
    world.cancel(post)
    world.run(minutes=5)
    assert (world.status(post), world.platform.landed) == ("draft", [])
    assert {row["state"] for row in world.publications(post)} == {"cancelled"}


def test_cancel_during_a_publish_call_stops_the_parts_after_it(world: World) -> None:
    post = thread(world)
    world.tick()
    world.clock.advance(seconds=30)
    world.deliver()
    world.deliver(Boundaries("before publish call", lambda: world.cancel(post)))
    assert ends(world, post) == [("published", None), ("published", None), ("cancelled", None)]
    assert (world.status(post), world.row(post)["failure_reason"]) == ("published", None)
    with pytest.raises(Conflict):
        world.cancel(post)
    world.run(minutes=5)
    assert published(world) == WHOLE[:2]


def test_cancel_while_the_first_part_is_in_doubt_stops_the_others(world: World) -> None:
    post = thread(world)
    world.platform.script = ["land_then_drop"]
    world.tick()
    world.clock.advance(seconds=30)
    world.deliver()
    world.cancel(post)
    assert world.status(post) == "queued"
    world.run(minutes=5)
    assert ends(world, post) == [("published", None), ("cancelled", None), ("cancelled", None)]
    assert world.platform.reconciliations == 1


# -- retry ---------------------------------------------------------------------------------------------------------


def test_retry_publishes_only_the_missing_parts_as_replies(world: World) -> None:
    post = world.thread("One", "Two", "Three", platforms=["bluesky", "mastodon"], ahead=30)
    world.platform.script = ["land", "land", "rejected"]
    world.run(minutes=5)
    before = Counter(landed.publication_id for landed in world.platform.landed)
    sent_before = world.sqs.sent
    job = world.retry(post)
    assert job.state == "waiting"
    assert world.sqs.sent == sent_before + 1  # the last part waits for it
    world.run(minutes=5)
    assert world.status(post) == "published"
    assert world.row(post)["failure_reason"] is None
    again = [landed for landed in world.platform.landed if landed.publication_id not in before]
    assert [landed.text for landed in again] == ["Two", "Three"]
    assert set(world.platform.times_landed().values()) == {1}
    assert Counter(published(world)) == dict.fromkeys(WHOLE, 2)


def test_failed_retry_can_be_retried(world: World) -> None:
    post = thread(world)
    world.platform.script = ["land", "rejected"]
    world.run(minutes=5)
    world.platform.script = ["land", "rejected"]
    world.retry(post)
    world.run(minutes=5)
    assert reason(world, post) == "Part 3: It rejected the post. Published in part on Bluesky."
    world.retry(post)
    world.run(minutes=5)
    assert published(world) == WHOLE
    assert world.status(post) == "published"


def test_unknown_first_part_is_sent_again_only_after_confirmation(world: World) -> None:
    post = thread(world)
    world.platform.can_tell = False
    world.platform.script = ["never_land"]
    world.run(minutes=10)
    assert ends(world, post) == [("unknown", "outcome_unknown"), NO_EARLIER_PART, NO_EARLIER_PART]
    with pytest.raises(Conflict) as refused:  # the other parts follow it, so no part can go out
        world.retry(post)
    assert refused.value.code == "outcome_unknown"
    doubtful = world.publications(post)[0]["id"]
    assert [detail["allowed"] for detail in refused.value.details] == [str(doubtful)]
    world.retry(post, doubtful)
    world.run(minutes=5)
    assert published(world) == WHOLE
    assert world.status(post) == "published"
    assert world.events(doubtful)[-1] == "confirmed_not_published"


def test_retry_of_another_platform_leaves_an_unknown_thread_unchanged(world: World) -> None:
    options = {"bluesky": {"thread": ["Two"]}}
    post = world.post(content="One", platforms=["bluesky", "mastodon"], platform_options=options, ahead=30)
    world.platform.can_tell = False
    world.tick()
    world.clock.advance(seconds=30)
    for platform, happening in (("bluesky", "land_then_drop"), ("mastodon", "rejected")):
        world.platform.script = [happening]
        publication = next(row["id"] for row in world.publications(post) if row["platform"] == platform)
        [message] = [each for each in world.sqs.messages.values() if str(publication) in each.body]
        message.visible_at = world.clock.now()
        world.publish([message])
    world.run(minutes=5)
    assert Counter(ends(world, post)) == {
        ("unknown", "outcome_unknown"): 1,
        ("failed", "rejected"): 1,
        NO_EARLIER_PART: 1,
    }
    world.retry(post)
    world.run(minutes=5)
    assert [landed.text for landed in world.platform.landed] == ["One", "One"]
    assert reason(world, post) == (
        "It cannot confirm whether it has the post. Check the account. Published on Mastodon."
    )


# -- connections ---------------------------------------------------------------------------------------------------


def test_each_of_two_connections_gets_its_own_thread(world: World) -> None:
    accounts = [connect(world.db, "bluesky"), connect(world.db, "bluesky", account_id="other", is_default=False)]
    post = thread(world, connection_ids=accounts, connection_platforms=["bluesky", "bluesky"])
    world.platform.script = ["land", "land", "rejected"]
    world.run(minutes=5)
    assert reason(world, post) == "Part 2: It rejected the post. Published in part on Bluesky."
    world.retry(post)
    world.run(minutes=5)
    assert world.status(post) == "published"
    by_account: dict[str, list[Landed]] = {str(account): [] for account in accounts}
    for landed in world.platform.landed:
        by_account[landed.account].append(landed)
    for several in by_account.values():
        assert [landed.text for landed in several] == ["One", "Two", "Three"]
        assert [landed.reply_to for landed in several] == [
            None,
            *(f"remote-{landed.publication_id}" for landed in several[:-1]),
        ]


def test_removed_connection_is_named_once_in_the_reason(world: World) -> None:
    account = connect(world.db, "bluesky")
    post = thread(world, connection_ids=[account], connection_platforms=["bluesky"])
    world.db.fetch(Query("disconnect", "DELETE FROM social_connections"))
    world.tick()
    assert ends(world, post) == [("failed", "not_connected"), NO_EARLIER_PART, NO_EARLIER_PART]
    assert (
        reason(world, post)
        == "The Bluesky account of this post is no longer connected. Connect it again, then retry the post."
    )


# -- windows -------------------------------------------------------------------------------------------------------


def test_begun_thread_is_finished_after_its_window(world: World) -> None:
    post = thread(world, publish_within_seconds=60)
    world.platform.script = ["land", "rate_limited", "rate_limited"]
    world.run(minutes=15)
    assert published(world) == WHOLE
    assert world.status(post) == "published"


def test_thread_past_its_window_is_not_begun(world: World) -> None:
    post = thread(world, publish_within_seconds=60)
    world.platform.script = ["rate_limited"]
    world.run(minutes=15)
    assert ends(world, post) == [("failed", "rate_limited"), NO_EARLIER_PART, NO_EARLIER_PART]
    assert world.platform.landed == []


def expiries(world: World, post: UUID) -> list[datetime | None]:
    return [row["expires_at"] for row in world.publications(post)]


def test_later_part_has_a_window(world: World) -> None:
    post = world.thread("One", "Two", "Three", "Four", ahead=30)
    world.platform.script = ["land", "land"] + ["rate_limited"] * 10_000
    world.run(minutes=1)
    world.clock.advance(hours=23, minutes=50)
    world.run(minutes=4)
    assert world.status(post) == "queued"
    world.run(minutes=6)
    assert ends(world, post) == [("published", None)] * 2 + [("failed", "rate_limited"), NO_EARLIER_PART]
    assert reason(world, post) == (
        "Part 3: Its rate limit is exceeded. "
        "This part could not be published on Bluesky soon enough after the previous part. Retry the post. "
        "Published in part on Bluesky."
    )
    world.platform.script.clear()
    world.retry(post)  # in a new window
    world.run(minutes=1)
    assert [landed.text for landed in world.platform.landed] == ["One", "Two", "Three", "Four"]


@pytest.mark.parametrize("hours", [1 / 60, 24, 100])
def test_window_of_a_part_opens_when_the_previous_part_is_published(world: World, hours: float) -> None:
    post = thread(world, publish_within_seconds=int(hours * 3_600))
    due = world.row(post)["scheduled_at"]
    world.platform.script = ["land", "refused_connection", "rate_limited"]
    world.run(minutes=1)
    own, at_least = timedelta(hours=hours), max(MIN_PART_WINDOW, timedelta(hours=hours))
    assert expiries(world, post)[:2] == [due + own, due + at_least]
    world.run(minutes=10)
    second = world.publications(post)[1]["published_at"]
    assert second > due + timedelta(minutes=3)
    assert expiries(world, post) == [due + own, due + at_least, second + at_least]
    assert world.status(post) == "published"


def test_parts_have_no_window_if_posts_have_none(world: World) -> None:
    world.policy = world.policy._replace(window=None)
    post = thread(world)
    world.platform.script = ["land", "rate_limited"]
    world.tick()
    world.clock.advance(seconds=30)
    world.run(minutes=1)
    world.clock.advance(days=10)
    world.run(minutes=5)
    assert expiries(world, post) == [None] * 3
    assert published(world) == WHOLE


def test_retried_part_has_a_sufficient_window(world: World) -> None:
    post = thread(world, publish_within_seconds=60)
    world.platform.script = ["land", "rejected"]
    world.run(minutes=5)
    world.platform.script = ["rate_limited", "rate_limited"]
    world.retry(post)
    world.run(minutes=15)
    assert published(world) == WHOLE


def second_part_near_its_end(world: World, *, before_its_end: timedelta) -> UUID:
    """Delay the second part of a thread until just before its window closes; its message is visible now."""
    post = thread(world)
    world.platform.script = ["land", "rate_limited"]
    world.run(minutes=1)
    end = expiries(world, post)[1]
    assert end is not None
    world.clock.sleep_until(end - before_its_end)
    world.tick()
    return post


def test_publish_call_of_a_part_is_not_armed_after_its_window(world: World) -> None:
    post = second_part_near_its_end(world, before_its_end=timedelta(seconds=2))
    world.deliver(Boundaries("after save", lambda: world.clock.advance(seconds=3)))
    assert [landed.text for landed in world.platform.landed] == ["One"]
    world.run(minutes=5)
    assert ends(world, post) == [("published", None), ("failed", "missed_window"), NO_EARLIER_PART]


@pytest.mark.parametrize(("happening", "texts"), [("land_then_drop", ["One", "Two", "Three"]), ("never_land", ["One"])])
def test_part_in_doubt_is_reconciled_after_its_window(world: World, happening: str, texts: list[str]) -> None:
    post = second_part_near_its_end(world, before_its_end=timedelta(seconds=2))
    world.platform.script = [happening]
    world.deliver()
    assert world.publications(post)[1]["state"] == "publishing"
    world.clock.advance(minutes=1)
    world.run(minutes=5)
    assert [landed.text for landed in world.platform.landed] == texts
    assert world.platform.reconciliations == 1
    assert world.status(post) == ("published" if len(texts) == 3 else "failed")

"""The outcomes of publications, by what their platform does."""

from datetime import timedelta

import pytest

from minutehand.connections.store import Connections
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.port import Account, Attempt, Content, Processing, Published
from minutehand.platforms.rulebook import rulebook_for
from tests.support.factories import connect
from tests.support.platform import FakeAdapter
from tests.support.world import World


def test_post_is_published_once_and_on_time(world: World) -> None:
    post = world.post(ahead=90)
    due = world.row(post)["scheduled_at"]
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert [landed.at for landed in world.platform.landed] == [due]
    [publication] = world.publications(post)
    assert publication["started_at"] == due
    assert world.events(publication["id"]) == ["began", "published"]


def test_ledger_notes_what_a_published_post_lacks(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.script = ["land_without_cover"]
    world.run(minutes=1)
    [publication] = world.publications(post)
    assert (publication["state"], publication["failure_code"], publication["failure_reason"]) == (
        "published",
        None,
        None,
    )
    assert world.notes(publication["id"]) == [("omitted", "The video has no cover image of its own.")]


@pytest.mark.parametrize(
    ("happening", "attempts"), [("refused_connection", 3), ("prepare_fails", 1), ("our_error_before", 1)]
)
def test_transient_error_is_retried_after_5_and_10_seconds(world: World, happening: str, attempts: int) -> None:
    post = world.post(ahead=30)
    due = world.row(post)["scheduled_at"]
    world.platform.script = [happening, happening, "land"]
    world.run(minutes=2)
    assert world.status(post) == "published"
    [landed] = world.platform.landed
    # an error in the preparation comes up to the lead before the post's time
    assert timedelta(seconds=14) <= landed.at - due <= timedelta(seconds=15)
    [publication] = world.publications(post)
    assert publication["attempts"] == attempts  # those of the publish call
    assert [event for event in world.events(publication["id"]) if event != "began"] == [
        "transient",
        "transient",
        "published",
    ]


def test_publication_fails_after_three_attempts(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.script = ["refused_connection"] * 3
    world.run(minutes=5)
    row = world.row(post)
    assert row["status"] == "failed"
    assert row["failure_reason"] == "It could not be reached. We gave up after 3 attempts. Retry the post."
    assert world.platform.landed == []


def test_rejected_publication_fails_at_once(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.script = ["rejected"]
    world.run(minutes=5)
    assert world.row(post)["failure_reason"] == "It rejected the post."
    assert world.publications(post)[0]["attempts"] == 1


def test_invalid_content_is_never_sent(world: World) -> None:
    post = world.post(content="x" * 301, ahead=30)
    world.run(minutes=5)
    assert world.row(post)["failure_reason"] == "The text is 301 characters long; Bluesky allows 300."
    assert "began" not in world.events(world.publications(post)[0]["id"])


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_sandboxed_post_obeys_the_rules_of_its_platform(world: World, platform: str) -> None:
    content = Content("x" * 100_000, ("https://example.org/u",), options={"privcy": "SELF_ONLY"})
    broken = rulebook_for(platform).problems(content)
    post = world.post(
        content=content.text,
        platforms=[platform],
        media_urls=list(content.media_urls),
        platform_options={platform: dict(content.options)},
    )

    world.run(minutes=2)

    [publication] = world.publications(post)
    assert len(broken) >= 2  # the length and the option
    assert (publication["failure_code"], publication["failure_reason"]) == ("invalid_content", " ".join(broken))


def test_limits_of_a_mastodon_server_are_left_to_the_adapter(world: World) -> None:
    connect(world.db, "mastodon")
    connected = world.post(content="x" * 501, platforms=["mastodon"])
    sandboxed = world.post(content="x" * 501, platforms=["mastodon"], owner_id="grace")

    world.run(minutes=2)

    assert world.status(connected) == "published"
    reason = world.row(sandboxed)["failure_reason"]
    assert reason == "The text counts as 501 characters; Mastodon allows 500."


def test_rate_limit_waits_as_long_as_required_and_counts_no_attempt(world: World) -> None:
    post = world.post(ahead=30)
    due = world.row(post)["scheduled_at"]
    world.platform.script = ["rate_limited"] * 4 + ["land"]
    world.run(minutes=30)
    assert world.status(post) == "published"
    assert world.publications(post)[0]["attempts"] == 1
    [landed] = world.platform.landed
    assert timedelta(seconds=800) <= landed.at - due <= timedelta(seconds=1000)


@pytest.mark.parametrize("happening", ["land_then_drop", "our_error_after"])
def test_publish_call_whose_response_was_lost_is_reconciled_and_not_repeated(world: World, happening: str) -> None:
    post = world.post(ahead=30)
    world.platform.script = [happening]
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert len(world.platform.landed) == 1
    assert world.events(world.publications(post)[0]["id"]) == ["began", "in_doubt", "published"]


def test_publish_call_that_did_not_arrive_is_repeated(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.script = ["never_land", "land"]
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert len(world.platform.landed) == 1
    events = world.events(world.publications(post)[0]["id"])
    assert events == ["began", "in_doubt", "not_landed", "began", "published"]


def test_publication_is_unknown_if_the_platform_cannot_tell(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.script = ["land_then_drop"]
    world.platform.can_tell = False
    world.run(hours=2)
    row = world.row(post)
    assert row["status"] == "failed"
    assert row["failure_reason"] == "It cannot confirm whether it has the post. Check the account."
    assert world.publications(post)[0]["state"] == "unknown"
    assert len(world.platform.landed) == 1


def test_publication_is_unknown_after_an_hour_without_reconciliation(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.script = ["land_then_drop"]
    world.platform.reachable = False
    world.run(hours=2)
    assert world.publications(post)[0]["state"] == "unknown"
    assert len(world.platform.landed) == 1
    assert world.platform.reconciliations == 12


def test_partial_success_names_the_platforms(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=30)
    world.platform.script = ["land", "rejected"]
    world.run(minutes=3)
    row = world.row(post)
    assert row["status"] == "failed"
    published, failed = sorted(world.publications(post), key=lambda row: row["state"] == "failed")
    names = {"bluesky": "Bluesky", "mastodon": "Mastodon"}
    assert row["failure_reason"] == f"It rejected the post. Published on {names[published['platform']]}."
    assert failed["failure_code"] == "rejected"


def test_platform_without_a_connection_is_rejected_by_policy(world: World) -> None:
    post = world.post(platforms=["mastodon"], ahead=30)
    world.tick(unconnected="reject")
    row = world.row(post)
    reason = "No Mastodon account is connected. Connect one, then retry the post."
    assert (row["status"], row["failure_reason"]) == ("failed", reason)
    assert world.sqs.messages == {}


def test_revoked_connection_is_marked_and_its_next_posts_fail(world: World) -> None:
    account = connect(world.db, "mastodon")
    first, second = world.post(platforms=["mastodon"], ahead=30), world.post(platforms=["mastodon"], ahead=200)
    world.platform.script = ["access_revoked"]
    world.run(minutes=5)
    connection = Connections(world.db).find(account, "ada")
    assert connection is not None
    assert (connection.status, connection.status_reason) == ("reconnect_required", "It no longer grants access.")
    assert world.row(first)["failure_reason"] == "It no longer grants access."
    assert world.row(second)["failure_reason"] == "It no longer grants access."
    assert world.platform.landed == []


def test_publication_fails_if_its_media_are_never_processed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    processing = Processing(timedelta(seconds=5))
    monkeypatch.setattr(FakeAdapter, "publish", lambda *_: processing)
    monkeypatch.setattr(FakeAdapter, "resume", lambda *_: processing)
    post = world.post(ahead=30)
    world.run(hours=8)
    row = world.row(post)
    assert row["status"] == "failed"
    assert row["failure_reason"] == "Bluesky did not process the post's media within 6 hours. Retry the post."
    assert len(world.events(world.publications(post)[0]["id"])) < 100


def test_malicious_remote_id_and_permalink_are_cleaned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    publish = FakeAdapter.publish

    def hostile(self: FakeAdapter, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        published = publish(self, content, account, attempt)
        return Published("\ud800id\0", "javascript:alert(1)") if content.text == "hostile" else published

    monkeypatch.setattr(FakeAdapter, "publish", hostile)
    world.concurrency = 10
    posts = [world.post(ahead=30), world.post(ahead=30, content="hostile", owner_id="mallory")]
    world.run(minutes=2)
    assert [world.status(post) for post in posts] == ["published", "published"]
    [publication] = world.publications(posts[1])
    assert (publication["remote_id"], publication["permalink"]) == ("id", None)

"""Trouble that ends, before the publish call: the post is published when it ends, or fails with the real cause."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from minutehand.connections.vault import VaultUnavailable
from minutehand.oauth.refresh import FreshToken
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    Processing,
    Published,
    ServiceUnavailable,
    TokenExpired,
    Transient,
)
from minutehand.posts.reading import get
from minutehand.queue.retry import DATABASE_UNAVAILABLE_BACKOFF, MAX_PREPARATION_BACKOFF
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.faults import Boundaries
from tests.support.platform import FakeAdapter
from tests.support.world import World

SERVER_ERROR = "Bluesky returned a server error (HTTP 502)."
NOT_IN_TIME = "This post could not be published on Mastodon within 30 minutes of its scheduled time. Retry the post."
EXPIRE = Query("expire", "UPDATE social_account_tokens SET expires_at = %(now)s WHERE connection_id = %(id)s")


@pytest.fixture(autouse=True)
def no_dead_letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No wait uses up the receives of a message."""
    seen = list[object]()
    resolve = World.resolve_dead_letters

    def watch(self: World, boundaries: Boundaries | None = None) -> None:
        seen.extend(self.sqs.dead)
        resolve(self, boundaries)

    monkeypatch.setattr(World, "resolve_dead_letters", watch)
    yield
    assert seen == []


def publication_of(world: World, post: UUID) -> dict[str, Any]:
    [publication] = world.publications(post)
    return publication


def test_platform_that_fails_for_20_minutes_publishes_within_a_backoff_of_its_recovery(world: World) -> None:
    post = world.post(ahead=30)
    recovers = world.row(post)["scheduled_at"] + timedelta(minutes=20)
    world.platform.down_until = recovers

    world.settle(minutes=30)

    assert world.status(post) == "published"
    [landed] = world.platform.landed
    assert timedelta(0) <= landed.at - recovers <= MAX_PREPARATION_BACKOFF
    assert world.platform.preparations < 20
    publication = publication_of(world, post)
    assert (publication["attempts"], publication["retrying_since"], publication["failure_code"]) == (1, None, None)


def test_platform_that_fails_for_7_hours_fails_the_post_with_the_real_cause(world: World) -> None:
    post = world.post(ahead=30)
    due = world.row(post)["scheduled_at"]
    world.platform.down_until = due + timedelta(hours=7)

    world.settle(hours=8)

    assert world.row(post)["failure_reason"] == f"{SERVER_ERROR} We gave up after 6 hours. Retry the post."
    publication = publication_of(world, post)
    assert (publication["state"], publication["failure_code"], publication["attempts"]) == ("failed", "server_error", 0)
    assert timedelta(hours=5, minutes=59) < publication["updated_at"] - due < timedelta(hours=6)
    assert world.platform.landed == []
    assert world.platform.preparations < 80


def test_post_shows_since_when_and_why_it_is_retried_and_when_again(world: World) -> None:
    post = world.post(ahead=30)
    due = world.row(post)["scheduled_at"]
    world.platform.down_until = due + timedelta(minutes=20)
    world.run(minutes=3)

    [shown] = get(world.db, Identity("ada", "ada"), post)["publications"]
    assert (shown["state"], shown["failureCode"], shown["failureReason"]) == ("queued", "server_error", SERVER_ERROR)
    first = due - world.lead
    assert shown["retryingSince"] == first.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert shown["nextAttemptAt"] is not None
    again = datetime.fromisoformat(shown["nextAttemptAt"])
    assert timedelta(0) <= again - publication_of(world, post)["next_attempt_at"] < timedelta(milliseconds=1)
    assert again > world.clock.now()

    world.run(minutes=27)
    [shown] = get(world.db, Identity("ada", "ada"), post)["publications"]
    assert (shown["state"], shown["retryingSince"], shown["failureReason"]) == ("published", None, None)
    assert shown["nextAttemptAt"] is None


def test_ledger_shows_each_error_of_the_preparation_without_an_attempt(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.down_until = world.row(post)["scheduled_at"] + timedelta(seconds=20)
    world.run(minutes=2)
    publication = publication_of(world, post)
    assert world.events(publication["id"]) == ["transient", "transient", "transient", "began", "published"]
    assert publication["attempts"] == 1


def test_retry_never_outlasts_the_window_and_the_reason_names_the_cause(world: World) -> None:
    post = world.post(ahead=30, publish_within_seconds=600)
    due = world.row(post)["scheduled_at"]
    world.platform.down_until = due + timedelta(hours=1)
    world.settle(hours=2)
    assert world.row(post)["failure_reason"] == (
        f"{SERVER_ERROR} This post could not be published on Bluesky within 10 minutes of its scheduled time. "
        "Retry the post."
    )
    assert publication_of(world, post)["failure_code"] == "server_error"
    assert publication_of(world, post)["updated_at"] - due < timedelta(seconds=600)


def test_last_retry_is_made_just_before_the_window_closes(world: World) -> None:
    post = world.post(ahead=30, publish_within_seconds=600)
    due = world.row(post)["scheduled_at"]
    world.platform.down_until = due + timedelta(seconds=594)
    world.run(minutes=20)
    assert world.status(post) == "published"


def test_window_that_closes_while_no_publisher_runs_names_what_the_post_waited_for(world: World) -> None:
    post = world.post(ahead=30, publish_within_seconds=600)
    world.platform.down_until = world.row(post)["scheduled_at"] + timedelta(hours=1)
    world.run(minutes=5)
    world.clock.advance(minutes=30)  # nothing runs
    world.run(minutes=2)
    assert world.row(post)["failure_reason"] == (
        f"{SERVER_ERROR} This post could not be published on Bluesky within 10 minutes of its scheduled time. "
        "Retry the post."
    )


def test_paused_retry_begins_anew_when_it_is_resumed(world: World) -> None:
    post = world.post(ahead=30)
    world.platform.down_until = world.row(post)["scheduled_at"] + timedelta(hours=7, minutes=10)
    world.run(minutes=10)
    world.pause("platform", "bluesky")
    world.run(hours=7)
    assert publication_of(world, post)["state"] == "held"
    world.resume("platform", "bluesky")
    world.settle(minutes=30)
    assert world.status(post) == "published"


@pytest.mark.parametrize(("minutes", "status"), [(20, "published"), (40, "failed")])
def test_post_waits_for_kms(world: World, minutes: float, status: str) -> None:
    connect(world.db, "mastodon")
    post = world.post(platforms=["mastodon"], ahead=30, publish_within_seconds=1_800)
    until = world.row(post)["scheduled_at"] + timedelta(minutes=minutes)

    def open_token(ciphertext: bytes, connection_id: str, owner_id: str) -> dict[str, str]:
        if world.clock.now() < until:
            raise VaultUnavailable("KMS is unavailable")
        return {"access_token": "token"}

    world.open_token = open_token
    world.settle(minutes=45)
    assert world.status(post) == status
    if status == "failed":
        assert world.row(post)["failure_reason"] == f"The stored Mastodon token could not be decrypted. {NOT_IN_TIME}"
        assert publication_of(world, post)["failure_code"] == "vault_unavailable"


@pytest.mark.parametrize(("minutes", "status"), [(20, "published"), (40, "failed")])
def test_post_waits_for_the_refresh_of_its_token(world: World, minutes: float, status: str) -> None:
    connection = connect(world.db, "mastodon")
    world.db.fetch(EXPIRE, id=connection, now=world.clock.now())
    post = world.post(platforms=["mastodon"], ahead=30, publish_within_seconds=1_800)
    until = world.row(post)["scheduled_at"] + timedelta(minutes=minutes)

    def refresh(connection_id: UUID, owner_id: str, seen: bytes) -> FreshToken:
        now = world.clock.now()
        if now < until:
            raise ServiceUnavailable(
                "server_error", "We could not refresh our access.", until=now + timedelta(minutes=4)
            )
        return FreshToken({"access_token": "new"}, b"new", None)

    world.refresh = refresh
    world.settle(minutes=45)
    assert world.status(post) == status
    if status == "failed":
        assert world.row(post)["failure_reason"] == f"We could not refresh our access. {NOT_IN_TIME}"


def test_processing_and_errors_that_alternate_have_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = iter(range(10_000))

    def alternate(*_: object) -> Processing:
        if next(turns) % 2:
            raise Transient("server_error", SERVER_ERROR)
        return Processing(timedelta(seconds=60))

    monkeypatch.setattr(FakeAdapter, "publish", alternate)
    monkeypatch.setattr(FakeAdapter, "resume", alternate)
    monkeypatch.setattr("minutehand.publishing.outcomes.MAX_PROCESSING", timedelta(hours=1))
    post = world.post(ahead=30)
    world.settle(hours=3)
    assert world.status(post) == "failed"
    assert (
        world.row(post)["failure_reason"] == "Bluesky did not process the post's media within 1 hours. Retry the post."
    )


def test_token_that_expires_during_the_publish_call_waits_for_its_refresh(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refused publish calls are no attempts: the token endpoint is unavailable for longer than three would take."""
    connect(world.db, "mastodon")
    post = world.post(platforms=["mastodon"], ahead=30)
    until = world.row(post)["scheduled_at"] + timedelta(minutes=20)
    publish = FakeAdapter.publish

    def refresh(connection_id: UUID, owner_id: str, seen: bytes) -> FreshToken:
        if world.clock.now() < until:
            raise ServiceUnavailable("server_error", "We could not refresh our access.", until=world.clock.now())
        world.token = {"access_token": "new"}  # it is stored, too
        return FreshToken(world.token, b"new", None)

    def expired(self: FakeAdapter, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        if account.token.get("access_token") == "new":
            return publish(self, content, account, attempt)
        attempt.arm()
        raise TokenExpired("token_expired", "The token has expired.")

    world.refresh = refresh
    monkeypatch.setattr(FakeAdapter, "publish", expired)
    world.settle(minutes=30)
    assert world.status(post) == "published"
    assert publication_of(world, post)["attempts"] == 2  # the last refused call, and the accepted one


def test_postgres_trouble_leaves_no_dead_letter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    post = world.post(ahead=30)
    world.tick()
    world.clock.advance(seconds=30)
    with monkeypatch.context() as patch:
        patch.setattr("minutehand.publishing.ledger.Ledger.lease", _unavailable)
        for _ in range(10):
            assert world.deliver() == 1
            assert world.sqs.next_visible_at() == world.clock.now() + DATABASE_UNAVAILABLE_BACKOFF
            world.clock.advance(seconds=20)
    world.deliver()
    assert world.status(post) == "published"


def _unavailable(*_: object, **__: object) -> None:
    raise psycopg.OperationalError("the connection was refused")

"""Publishing with expired tokens, with several publishers on real Postgres."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from minutehand.connections.store import Connections
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    NotPublished,
    Processing,
    Published,
    Rejected,
    TokenExpired,
    Transient,
    Unanswerable,
)
from minutehand.platforms.x.adapter import X
from minutehand.runtime.actor import Actor
from minutehand.runtime.sql import Query
from tests.integration.oauth.scene import Scene
from tests.support.accounts import Accounts
from tests.support.platform import FakeAdapter, FakePlatform
from tests.support.providers import FIRST
from tests.support.simulator import Simulator
from tests.support.threads import at_once
from tests.support.world import World

ENDS = Query("ends", "UPDATE social_account_tokens SET expires_at = %(at)s WHERE connection_id = %(id)s")


class ChoosyAdapter(Adapter):
    """An adapter that refuses all but the newest access token, in the step ``notices``."""

    def __init__(self, platform: FakePlatform, newest: Callable[[], str], notices: str = "prepare") -> None:
        self._inner = FakeAdapter(platform)
        self._newest = newest
        self.notices = notices
        self.processing_calls = 0

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        self._check("prepare", account)
        if self.processing_calls:
            self.processing_calls -= 1
            attempt.save(container="c1")
            return Processing(timedelta(seconds=5))
        if self.notices == "armed" and account.token["access_token"] != self._newest():
            attempt.arm()
            raise TokenExpired("token_expired", "X's access has run out.")
        return self._inner.publish(content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        self._check("resume", account)
        return self._inner.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        self._check("reconcile", account)
        return self._inner.reconcile(content, account, attempt)

    def _check(self, step: str, account: Account) -> None:
        if self.notices == step and account.token["access_token"] != self._newest():
            raise TokenExpired("token_expired", "X's access has run out.")


@pytest.fixture
def world(world: World, scene: Scene) -> World:
    world.open_token = scene.vault.open
    world.refresh = scene.process().fresh
    return world


@pytest.fixture
def adapter(world: World, scene: Scene) -> ChoosyAdapter:
    adapter = ChoosyAdapter(world.platform, lambda: scene.provider.good.replace("refresh", "access"))
    world.adapters = lambda work: adapter
    return adapter


def second(world: World, scene: Scene) -> World:
    """Return another publisher instance on the same queue, with separate memory."""
    other = World(world.url, world.clock, world.connections, concurrency=world.concurrency)
    other.sqs, other.platform, other.adapters = world.sqs, world.platform, world.adapters
    other.open_token, other.refresh = scene.vault.open, scene.process().fresh
    return other


def due_posts(world: World, count: int) -> list[UUID]:
    """Create posts on X whose messages become visible in the same second."""
    posts = [world.post(platforms=["x"], content=f"Post {number}", ahead=60) for number in range(count)]
    for post in posts:
        world.schedule(post)
    world.clock.advance(seconds=60)
    return posts


def publish_twenty(*instances: World) -> None:
    """Give each publisher a batch of ten, at the same time."""
    batches = [instance.sqs.receive(10) for instance in instances]
    assert [len(batch) for batch in batches] == [10, 10]
    at_once(*(partial(instance.publish, batch) for instance, batch in zip(instances, batches, strict=True)))


def states(world: World) -> list[tuple[str, int]]:
    return [(each["state"], each["attempts"]) for each in world.publications()]


def test_twenty_publications_with_an_expired_token_use_one_refresh_token(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    world.concurrency = 10
    other = second(world, scene)
    scene.clock.advance(hours=3)
    due_posts(world, 20)
    opened = len(scene.opened)

    publish_twenty(world, other)

    assert scene.provider.asked == ["refresh-0"]
    assert states(world) == [("published", 1)] * 20
    assert set(world.platform.times_landed().values()) == {1}
    # One connection for each instance, or none if an instance leased its posts after the refresh.
    assert 1 <= len(scene.opened) - opened <= 2
    other.close()


def test_twenty_publications_with_a_refused_token_use_one_refresh_token(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    world.concurrency = 10
    other = second(world, scene)
    scene.replace_access_token()
    due_posts(world, 20)

    publish_twenty(world, other)

    assert scene.provider.asked == ["refresh-0"]
    assert states(world) == [("published", 1)] * 20
    assert set(world.platform.times_landed().values()) == {1}
    other.close()


@pytest.fixture
def simulated_x() -> Iterator[X]:
    with guarded_client(private_networks=True) as client:
        yield X(client, MediaFetcher(client))


@pytest.mark.parametrize("known", [True, False])
def test_twenty_publications_on_simulated_x_use_one_refresh_token(
    known: bool, accounts: Accounts, world: World, scene: Scene, simulator: Simulator, simulated_x: X
) -> None:
    [connection] = accounts.connect("x", makeDefault=True)
    world.concurrency = 10
    world.adapters = lambda work: simulated_x
    other = second(world, scene)
    for each in (world, other):
        each.refresh = accounts.refresher(world.url).fresh
    simulator.expire_tokens("x")
    if known:
        scene.clock.advance(hours=3)
    due_posts(world, 20)

    attempts = 1 if known else 2  # X refuses the publish call itself, which is retried immediately
    for _ in range(attempts):
        publish_twenty(world, other)

    assert states(world) == [("published", attempts)] * 20
    assert sorted(post["text"] for post in simulator.posts("x")) == sorted(f"Post {number}" for number in range(20))
    first, successor = simulator.tokens()["refreshTokens"]
    assert (first["state"], first["uses"]) == ("spent", 1)
    assert (successor["state"], successor["uses"]) == ("usable", 0)
    assert accounts.token(connection)["refresh_token"] == successor["token"]
    assert accounts.row(connection)["expires_at"] > scene.clock.now()
    other.close()


# -- one at a time ----------------------------------------------------------------------------------------------


def publish_one(world: World, **duration: float) -> dict[str, Any]:
    """Publish one post on X, and return its publication."""
    [post] = due_posts(world, 1)
    world.run(**(duration or {"seconds": 1}))
    [publication] = world.publications(post)
    return publication


def test_a_token_refused_as_expired_is_refreshed_in_the_same_attempt(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    scene.replace_access_token()
    publication = publish_one(world)

    assert (publication["state"], publication["attempts"]) == ("published", 1)
    assert world.events(publication["id"]) == ["began", "published"]
    assert scene.provider.asked == ["refresh-0"]


def test_a_publish_call_refused_as_expired_is_retried_at_once_with_a_new_token(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    scene.replace_access_token()
    adapter.notices = "armed"
    publication = publish_one(world)

    assert (publication["state"], publication["attempts"]) == ("published", 2)
    assert world.events(publication["id"]) == ["began", "transient", "began", "published"]
    assert publication["published_at"] == publication["started_at"]  # without a backoff
    assert scene.provider.asked == ["refresh-0"]


def test_a_publication_in_doubt_is_reconciled_with_a_new_token(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    adapter.notices = "reconcile"
    scene.replace_access_token()
    world.platform.script = ["land_then_drop"]

    publication = publish_one(world, seconds=10)

    assert world.events(publication["id"]) == ["began", "in_doubt", "published"]
    assert scene.provider.asked == ["refresh-0"]
    assert set(world.platform.times_landed().values()) == {1}


def test_a_processing_publication_resumes_with_a_new_token(world: World, scene: Scene, adapter: ChoosyAdapter) -> None:
    adapter.notices, adapter.processing_calls = "resume", 1
    scene.replace_access_token()

    publication = publish_one(world, seconds=10)

    assert world.events(publication["id"]) == ["processing", "began", "published"]
    assert scene.provider.asked == ["refresh-0"]


def test_a_token_that_is_refused_after_each_refresh_fails_the_publication(world: World, scene: Scene) -> None:
    adapter = ChoosyAdapter(world.platform, lambda: "another each time")
    world.adapters = lambda work: adapter

    publication = publish_one(world, minutes=2)

    assert (publication["state"], publication["attempts"]) == ("failed", 3)
    assert publication["failure_reason"] == "X's access has run out. We gave up after 3 attempts. Retry the post."
    assert scene.provider.asked == ["refresh-0", "refresh-1", "refresh-2"]  # once in each attempt
    assert scene.connection().status == "active"


def test_a_token_that_expires_within_a_minute_is_refreshed_first(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    scene.db.fetch(ENDS, id=scene.id, at=scene.clock.now() + timedelta(seconds=60 + 60))
    publish_one(world)

    assert scene.provider.asked == ["refresh-0"]


def test_a_token_that_expires_later_is_not_refreshed(world: World, scene: Scene, adapter: ChoosyAdapter) -> None:
    scene.db.fetch(ENDS, id=scene.id, at=scene.clock.now() + timedelta(seconds=60 + 61))
    publish_one(world)

    assert scene.provider.asked == []


def test_a_valid_token_is_used_while_its_refresh_fails(world: World, scene: Scene, adapter: ChoosyAdapter) -> None:
    scene.db.fetch(ENDS, id=scene.id, at=scene.clock.now() + timedelta(seconds=60 + 30))
    scene.provider.script = [Transient("server_error", "X returned a server error.")]

    assert publish_one(world)["state"] == "published"
    assert scene.provider.asked == ["refresh-0"]


def test_a_token_without_refresh_is_used_until_it_expires(world: World, scene: Scene) -> None:
    scene.id = scene.connect({"access_token": "a"}, "linkedin")
    scene.db.fetch(ENDS, id=scene.id, at=scene.clock.now() + timedelta(seconds=60 + 1))
    first = world.post(platforms=["linkedin"], ahead=60)
    last = world.post(platforms=["linkedin"], ahead=70)
    world.run(minutes=3)

    assert world.status(first) == "published"
    assert world.row(last)["failure_reason"] == (
        "Our access to LinkedIn cannot be refreshed. Connect the account again."
    )
    assert scene.connection().status == "reconnect_required"


@pytest.mark.parametrize("notices", ["prepare", "armed"])
@pytest.mark.parametrize("expired", [True, False])
def test_a_transient_refresh_failure_delays_the_publication(
    notices: str, expired: bool, world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    adapter.notices = notices
    scene.replace_access_token()
    if expired:
        scene.clock.advance(hours=3)
    scene.provider.script = [Transient("server_error", "X returned a server error.")] * 4

    publication = publish_one(world)
    assert (publication["state"], publication["attempts"]) == ("queued", 0)
    assert publication["failure_code"] == "server_error"
    assert publication["failure_reason"] == ("We could not refresh our access to X. X returned a server error.")
    assert publication["next_attempt_at"] >= scene.clock.now() + timedelta(seconds=19)
    world.run(minutes=6)

    [publication] = world.publications()
    # A refusal of the publish call itself counts as an attempt.
    attempts = 2 if notices == "armed" and not expired else 1
    assert (publication["state"], publication["attempts"]) == ("published", attempts)
    assert world.events(publication["id"]).count("transient") == 4 + attempts - 1
    assert scene.connection().status == "active"


def test_an_expired_grant_fails_due_publications_with_its_reason(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    scene.clock.advance(hours=3)
    scene.provider.good = "refresh-9"
    first, later = world.post(platforms=["x"], ahead=60), world.post(platforms=["x"], ahead=120)
    world.run(minutes=5)

    sentence = "Our access to X has expired or was revoked. Connect the account again."
    assert world.row(first)["failure_reason"] == sentence
    assert world.row(later)["failure_reason"] == sentence
    assert (scene.connection().status, scene.connection().status_reason) == ("reconnect_required", sentence)
    assert scene.provider.asked == ["refresh-0"]


def test_an_expired_grant_during_reconciliation_leaves_the_publication_unknown(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    adapter.notices = "reconcile"
    scene.replace_access_token()
    scene.provider.good = "refresh-9"
    world.platform.script = ["land_then_drop"]

    publication = publish_one(world, minutes=2)

    assert publication["state"] == "unknown"
    assert publication["failure_reason"] == (
        "We could not confirm whether this post was published on X. Our access to X has expired or was revoked. "
        "Connect the account again. Check the account."
    )
    assert scene.connection().status == "reconnect_required"


def test_lost_access_during_reconciliation_requires_a_reconnect(world: World, scene: Scene) -> None:
    class Refusing(ChoosyAdapter):
        def reconcile(self, content: Content, account: Account, attempt: Attempt) -> Any:
            raise Rejected("reconnect_required", "X revoked our access.")

    adapter = Refusing(world.platform, lambda: FIRST["access_token"])
    world.adapters = lambda work: adapter
    world.platform.script = ["land_then_drop"]

    assert publish_one(world, minutes=2)["state"] == "unknown"
    assert scene.connection().status_reason == "X revoked our access."


@pytest.mark.parametrize("again", [True, False])
def test_a_refusal_of_an_old_token_does_not_affect_a_reconnected_account(
    again: bool, world: World, scene: Scene
) -> None:
    class Refusing(ChoosyAdapter):
        def publish(self, content: Content, account: Account, attempt: Attempt) -> Any:
            if again:
                scene.connect({"access_token": "brand-new", "refresh_token": "refresh-0"})
            raise Rejected("reconnect_required", "X revoked our access.")

    adapter = Refusing(world.platform, lambda: "")
    world.adapters = lambda work: adapter

    assert publish_one(world)["state"] == "failed"
    assert scene.connection().status == ("active" if again else "reconnect_required")


def test_an_expired_token_without_a_refresher_requires_a_reconnect(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    world.refresh = None
    scene.replace_access_token()

    publication = publish_one(world)

    assert (publication["state"], publication["failure_code"]) == ("failed", "reconnect_required")
    assert publication["failure_reason"] == "Our access to X has expired. Connect the account again."
    assert scene.connection().status == "reconnect_required"


def test_a_token_of_an_account_disconnected_meanwhile_is_not_refreshed(
    world: World, scene: Scene, adapter: ChoosyAdapter
) -> None:
    scene.clock.advance(hours=3)
    fresh = scene.process().fresh

    def too_late(connection_id: UUID, owner_id: str, seen: bytes) -> Any:
        Connections(scene.db).disconnect(connection_id, owner_id, actor=Actor("ada"), now=scene.clock.now())
        return fresh(connection_id, owner_id, seen)

    world.refresh = too_late
    publication = publish_one(world)

    assert (publication["state"], publication["failure_code"]) == ("failed", "not_connected")
    assert scene.provider.asked == []

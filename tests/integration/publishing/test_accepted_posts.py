"""An accepted post fails, and can be sent again, only if its platform reports that it was discarded."""

from datetime import timedelta

import pytest

from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    Discarded,
    Processing,
    Published,
    Rejected,
    TokenExpired,
)
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.world import World

REVOKE = Query(
    "revoke",
    "UPDATE social_connections SET status = 'reconnect_required', status_reason = 'Revoked.' WHERE id = %(id)s",
)
VIDEO = "https://example.org/film.mp4"
REMOVE = Query("remove", "DELETE FROM social_connections WHERE id = %(id)s")


class ProcessingAdapter(Adapter):
    """Accepts a post immediately, and reports its outcome later."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.later: Published | Processing | Exception = Processing(timedelta(seconds=5))

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        attempt.arm(video="v")
        self._world.platform.land(attempt, content, account)
        return Processing(timedelta(seconds=5))

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        if isinstance(self.later, Exception):
            raise self.later
        return self.later

    def reconcile(self, content: Content, account: Account, attempt: Attempt) -> Published:
        return Published("v")


@pytest.fixture
def processing(world: World) -> ProcessingAdapter:
    adapter = ProcessingAdapter(world)
    world.adapters = lambda _: adapter
    return adapter


@pytest.mark.parametrize("happening", ["revoked", "disconnected", "token expired", "permission missing"])
def test_accepted_post_is_unknown_after_its_authorisation_is_lost(
    world: World, processing: ProcessingAdapter, happening: str
) -> None:
    account = connect(world.db, "youtube")
    post = world.post(platforms=["youtube"], media_urls=[VIDEO], ahead=10)
    world.run(seconds=15)
    assert [each["state"] for each in world.publications(post)] == ["processing"]
    match happening:
        case "revoked":
            world.db.fetch(REVOKE, id=account)
        case "disconnected":
            world.db.fetch(REMOVE, id=account)
        case "token expired":
            processing.later = TokenExpired("token_expired", "It has expired.")
        case "permission missing":
            processing.later = Rejected("reconnect_required", "A permission is missing.")

    world.run(minutes=2)

    [publication] = world.publications(post)
    assert (publication["state"], publication["failure_code"]) == ("unknown", "outcome_unknown")
    assert publication["failure_reason"].startswith("We could not confirm whether this post was published on YouTube. ")
    with pytest.raises(Conflict):
        world.retry(post)
    assert len(world.platform.landed) == 1


def test_accepted_post_fails_if_the_platform_discards_it(world: World, processing: ProcessingAdapter) -> None:
    connect(world.db, "youtube")
    post = world.post(platforms=["youtube"], media_urls=[VIDEO], ahead=10)
    world.run(seconds=15)
    processing.later = Discarded("media_failed", "YouTube rejected the video: it is too long.")

    world.run(minutes=1)

    assert world.status(post) == "failed"
    assert world.row(post)["failure_reason"] == "YouTube rejected the video: it is too long."

"""What a platform has taken is never called failed, and so never sent again, before the platform itself says so."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    Discarded,
    MediaInfo,
    Processing,
    Published,
    Rejected,
    TokenExpired,
)
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.world import World

SHUT_OUT = Query(
    "access_revoked",
    "UPDATE social_connections SET status = 'reconnect_required', status_reason = 'It is over.' WHERE id = %(id)s",
)
REMOVE = Query("remove", "DELETE FROM social_connections WHERE id = %(id)s")


class Digesting(Adapter):
    """Takes a post at once, and says later what came of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.later: Published | Processing | Exception = Processing(timedelta(seconds=5))

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        return []

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
def digesting(world: World) -> Digesting:
    adapter = Digesting(world)
    world.adapters = lambda _: adapter
    return adapter


@pytest.mark.parametrize("happening", ["shut out", "disconnected", "token over", "permission missing"])
def test_that_we_are_not_let_in_any_more_says_nothing_about_it(
    world: World, digesting: Digesting, happening: str
) -> None:
    account = connect(world.db, "youtube")
    post = world.post(platforms=["youtube"], ahead=10)
    world.run(seconds=15)
    assert [each["state"] for each in world.publications(post)] == ["processing"]
    match happening:
        case "shut out":
            world.db.fetch(SHUT_OUT, id=account)
        case "disconnected":
            world.db.fetch(REMOVE, id=account)
        case "token over":
            digesting.later = TokenExpired("token_expired", "It has run out.")
        case "permission missing":
            digesting.later = Rejected("reconnect_required", "A permission is missing.")

    world.run(minutes=2)

    [publication] = world.publications(post)
    assert (publication["state"], publication["failure_code"]) == ("unknown", "outcome_unknown")
    assert publication["failure_reason"].startswith("We could not confirm whether this post was published on YouTube. ")
    with pytest.raises(Conflict):
        world.retry(post)
    assert len(world.platform.landed) == 1


def test_that_nothing_came_of_it_is_the_platform_s_to_say(world: World, digesting: Digesting) -> None:
    connect(world.db, "youtube")
    post = world.post(platforms=["youtube"], ahead=10)
    world.run(seconds=15)
    digesting.later = Discarded("media_failed", "YouTube refused the video: it is too long.")

    world.run(minutes=1)

    assert world.status(post) == "failed"
    assert world.row(post)["failure_reason"] == "YouTube refused the video: it is too long."

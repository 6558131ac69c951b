"""A publication that takes its whole process down: those that came with it, of other owners, are published."""

import threading
from collections.abc import Sequence
from datetime import timedelta

from minutehand.platforms.port import Content, MediaInfo
from tests.support.faults import Killed
from tests.support.platform import FakeAdapter, FakePlatform
from tests.support.world import World, dies

POISON = "poison"
REASON = "An internal error stopped publishing on Bluesky 5 times."


class Deadly(FakeAdapter):
    """Dies of one text, and everything else that its process has in hand with it."""

    def __init__(self, platform: FakePlatform, over: threading.Event) -> None:
        super().__init__(platform)
        self._over = over

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        if content.text == POISON:
            self._over.set()
        if self._over.wait(0.1):
            raise Killed
        return []


def test_only_the_one_that_breaks_it_is_given_up(world: World) -> None:
    world.concurrency = 10
    due = world.clock.now() + timedelta(seconds=60)
    posts = [world.post(due=due, owner_id=f"owner-{number}", content=f"Fine {number}") for number in range(9)]
    poison = world.post(due=due, owner_id="mallory", content=POISON)

    deaths = live(world, minutes=20)

    assert deaths == 5
    assert {world.status(post) for post in posts} == {"published"}
    assert (world.status(poison), world.row(poison)["failure_reason"]) == ("failed", REASON)
    assert set(world.platform.times_landed().values()) == {1}


def live(world: World, *, minutes: int) -> int:
    """Let time pass with publishers that die; return how many did."""
    over, deaths = threading.Event(), 0
    world.adapters = lambda _: Deadly(world.platform, over)
    for second in range(0, 60 * minutes, 5):
        if second % 60 == 0:
            world.tick()
        over.clear()
        deaths += dies(world.deliver)
        world.bury()
        world.clock.advance(seconds=5)
    return deaths

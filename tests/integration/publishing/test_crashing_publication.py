"""A publication that crashes its publisher: the others of its batch, of other owners, are published."""

import threading
from datetime import timedelta

from minutehand.platforms.port import Account, Attempt, Content, Processing, Published
from tests.support.faults import Killed
from tests.support.platform import FakeAdapter, FakePlatform
from tests.support.world import World, dies

POISON = "poison"
REASON = "An internal error stopped publishing on Bluesky 5 times. Retry the post."


class CrashingAdapter(FakeAdapter):
    """Crashes the process at one text, in the middle of all other attempts."""

    def __init__(self, platform: FakePlatform, crashed: threading.Event) -> None:
        super().__init__(platform)
        self._crashed = crashed

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        if content.text == POISON:
            self._crashed.set()
        if self._crashed.wait(0.1):
            raise Killed
        return super().publish(content, account, attempt)


def test_only_the_crashing_publication_is_given_up(world: World) -> None:
    world.concurrency = 10
    due = world.clock.now() + timedelta(seconds=60)
    posts = [world.post(due=due, owner_id=f"owner-{number}", content=f"Fine {number}") for number in range(9)]
    poison = world.post(due=due, owner_id="mallory", content=POISON)

    crashes = run(world, minutes=20)

    assert crashes == 5
    assert {world.status(post) for post in posts} == {"published"}
    assert (world.status(poison), world.row(poison)["failure_reason"]) == ("failed", REASON)
    assert set(world.platform.times_landed().values()) == {1}


def run(world: World, *, minutes: int) -> int:
    """Let time pass with publishers that may crash, and return how many did."""
    crashed, crashes = threading.Event(), 0
    world.adapters = lambda _: CrashingAdapter(world.platform, crashed)
    for second in range(0, 60 * minutes, 5):
        if second % 60 == 0:
            world.tick()
        crashed.clear()
        crashes += dies(world.deliver)
        world.resolve_dead_letters()
        world.clock.advance(seconds=5)
    return crashes

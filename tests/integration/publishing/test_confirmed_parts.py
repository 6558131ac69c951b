"""A confirmed publication is never sent again, and nothing is published as if it were a reply to it."""

from uuid import UUID

from minutehand.queue.confirmation import Confirmation, confirm
from minutehand.runtime.actor import Actor
from tests.support.world import World


def confirm_first(world: World, post: UUID, *, published: bool) -> None:
    first = world.publications(post)[0]["id"]
    confirmed = [Confirmation(first, published)]
    now = world.clock.now()
    confirm(world.db, post_id=post, owner_id="ada", actor=Actor("ada"), confirmations=confirmed, now=now)


def lost_thread(world: World, event: str) -> UUID:
    """Publish a thread whose first part becomes unknown, and return its post."""
    post = world.thread("One", "Two", ahead=30)
    world.platform.can_tell = False
    world.platform.script = [event]
    world.run(minutes=10)
    assert world.publications(post)[0]["state"] == "unknown"
    return post


def test_part_after_a_confirmed_part_is_not_published_as_a_post_of_its_own(world: World) -> None:
    post = lost_thread(world, "land_then_drop")

    confirm_first(world, post, published=True)
    world.retry(post)
    world.run(minutes=5)

    assert [landed.text for landed in world.platform.landed] == ["One"]
    second = world.publications(post)[-1]
    assert (second["part"], second["state"], second["failure_code"]) == (2, "failed", "earlier_part_without_id")
    assert world.status(post) == "failed"


def test_thread_whose_first_part_was_not_found_is_published_as_a_whole(world: World) -> None:
    post = lost_thread(world, "never_land")

    confirm_first(world, post, published=False)
    world.retry(post)
    world.run(minutes=5)

    assert [landed.text for landed in world.platform.landed] == ["One", "Two"]
    assert world.status(post) == "published"


def test_found_publication_counts_as_published_when_its_publish_call_began(world: World) -> None:
    post = lost_thread(world, "land_then_drop")
    began = world.publications(post)[0]["started_at"]

    world.clock.advance(minutes=8)
    confirm_first(world, post, published=True)

    assert world.publications(post)[0]["published_at"] == began

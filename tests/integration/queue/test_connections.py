"""The connections of a post: those that it names, otherwise the defaults, and never those of another owner."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.world import World

DISCONNECT = Query("disconnect", "DELETE FROM social_connections WHERE id = %(id)s")
NO_DEFAULT = Query("no_default", "UPDATE social_connections SET is_default = false WHERE platform = %(platform)s")
MAKE_DEFAULT = Query("make_default", "UPDATE social_connections SET is_default = true WHERE id = %(id)s")
REVOKE = Query(
    "revoke",
    """UPDATE social_connections SET status = 'reconnect_required', status_reason = 'Our access was revoked.'
       WHERE id = %(id)s""",
)
POINT_AT = Query("point_at", "UPDATE publications SET connection_id = %(account)s, sandbox = false WHERE id = %(id)s")
ADA = Identity("ada", "ada")


def account(world: World, platform: str, name: str, *, default: bool = False, owner_id: str = "ada") -> UUID:
    return connect(world.db, platform, owner_id, account_id=name, is_default=default)


def make_default(world: World, platform: str, connection: UUID) -> None:
    world.db.fetch(NO_DEFAULT, platform=platform)
    world.db.fetch(MAKE_DEFAULT, id=connection)


def named(world: World, *connections: UUID, **columns: Any) -> UUID:
    """Insert a post on Mastodon that names these connections, and return its id."""
    platforms = ["mastodon"] * len(connections)
    return world.post(
        **(
            {"platforms": ["mastodon"], "connection_ids": list(connections), "connection_platforms": platforms}
            | columns
        )
    )


def went_to(world: World) -> list[str]:
    return sorted(landed.account for landed in world.platform.landed)


def failed_with(world: World, post: UUID) -> list[tuple[str, str]]:
    return [
        (row["failure_code"], row["failure_reason"]) for row in world.publications(post) if row["state"] == "failed"
    ]


GONE_REASON = "The Mastodon account of this post is no longer connected. Connect it again, then retry the post."
GONE = ("not_connected", GONE_REASON)


def test_post_goes_to_named_connections_and_otherwise_to_the_default(world: World) -> None:
    account(world, "mastodon", "usual", default=True)
    other = account(world, "mastodon", "other")
    usual = account(world, "bluesky", "usual", default=True)
    account(world, "bluesky", "other")
    post = named(world, other, platforms=["mastodon", "bluesky"])
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert went_to(world) == sorted([str(other), str(usual)])


def test_post_goes_once_to_each_of_two_named_connections_of_a_platform(world: World) -> None:
    account(world, "mastodon", "usual", default=True)
    first, second = account(world, "mastodon", "first"), account(world, "mastodon", "second")
    post = named(world, first, second)
    world.tick()
    world.tick()
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert went_to(world) == sorted([str(first), str(second)])


def test_connection_of_another_platform_is_ignored(world: World) -> None:
    post = named(world, account(world, "mastodon", "first"), platforms=["bluesky"])
    world.run(minutes=3)
    assert [row["platform"] for row in world.publications(post)] == ["bluesky"]


@pytest.mark.parametrize("unconnected", ["sandbox", "reject"])
def test_named_connection_removed_before_the_claim_is_not_replaced(world: World, unconnected: str) -> None:
    """Neither the default connection nor the sandbox replaces it."""
    account(world, "mastodon", "usual", default=True)
    first, gone = account(world, "mastodon", "first"), account(world, "mastodon", "gone")
    post = named(world, first, gone)
    world.db.fetch(DISCONNECT, id=gone)
    world.tick(unconnected=unconnected)
    world.run(minutes=3)
    assert went_to(world) == [str(first)]
    assert failed_with(world, post) == [GONE]
    assert world.row(post)["failure_reason"] == f"{GONE[1]} Published in part on Mastodon."
    assert [row["sandbox"] for row in world.publications(post)] == [False, False]


def test_named_connection_removed_after_the_claim_is_not_replaced(world: World) -> None:
    account(world, "mastodon", "usual", default=True)
    gone = account(world, "mastodon", "gone")
    post = named(world, gone)
    world.tick()
    world.db.fetch(DISCONNECT, id=gone)
    world.run(minutes=3)
    assert (world.platform.landed, failed_with(world, post)) == ([], [GONE])


def test_reason_of_an_unknown_publication_on_a_removed_connection_does_not_ask_for_a_retry(world: World) -> None:
    gone = account(world, "mastodon", "gone")
    post = named(world, gone, ahead=30)
    world.platform.script = ["land_then_drop"]
    world.tick()
    world.clock.advance(seconds=30)
    world.deliver()
    world.db.fetch(DISCONNECT, id=gone)
    world.run(minutes=3)
    assert world.publications(post)[0]["state"] == "unknown"
    assert world.row(post)["failure_reason"] == (
        "We could not confirm whether this post was published on Mastodon. "
        "The Mastodon account of this post is no longer connected. Check the account."
    )


def test_publication_on_a_revoked_connection_fails_with_the_reason(world: World) -> None:
    usual = account(world, "mastodon", "usual", default=True)
    revoked = account(world, "mastodon", "revoked")
    world.db.fetch(REVOKE, id=revoked)
    post = named(world, usual, revoked)
    world.run(minutes=3)
    assert went_to(world) == [str(usual)]
    assert failed_with(world, post) == [("reconnect_required", "Our access was revoked.")]


def test_claim_chooses_the_default_connection(world: World) -> None:
    first = account(world, "mastodon", "first", default=True)
    second = account(world, "mastodon", "second")
    early, late = world.post(platforms=["mastodon"], ahead=60), world.post(platforms=["mastodon"], ahead=600)
    world.tick()
    make_default(world, "mastodon", second)
    world.run(minutes=12)
    assert [row["connection_id"] for post in (early, late) for row in world.publications(post)] == [first, second]


# -- other owners --------------------------------------------------------------------------------------------------


def test_connection_of_another_owner_cannot_be_named(world: World) -> None:
    mine, anothers = account(world, "mastodon", "mine"), account(world, "mastodon", "hers", owner_id="grace")
    for stranger in (anothers, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            world.write(content="Mine.", connectionIds=[str(mine), str(stranger)])
        assert refused.value.code == "connection_not_found"
        assert str(refused.value) == f"connectionIds contains {stranger}, but you have no connection with this id."
    post = world.write(content="Mine.")
    with pytest.raises(InvalidInput):
        world.edit(UUID(post["id"]), connectionIds=[str(anothers)])
    assert world.row(UUID(post["id"]))["connection_ids"] == []


def test_post_never_goes_to_a_connection_of_another_owner(world: World) -> None:
    post = named(world, account(world, "mastodon", "hers", owner_id="grace", default=True))
    world.run(minutes=3)
    assert (world.platform.landed, failed_with(world, post)) == ([], [GONE])


def test_publication_never_goes_to_a_connection_of_another_owner(world: World) -> None:
    anothers = account(world, "mastodon", "hers", owner_id="grace", default=True)
    post = world.post(platforms=["mastodon"], ahead=0)
    world.schedule(post)
    [publication] = world.publications(post)
    world.db.fetch(POINT_AT, id=publication["id"], account=anothers)
    world.run(minutes=3)
    assert (world.platform.landed, failed_with(world, post)) == ([], [GONE])


# -- edits ---------------------------------------------------------------------------------------------------------


def test_connections_of_a_post_can_be_changed_and_cleared(world: World) -> None:
    usual = account(world, "mastodon", "usual", default=True)
    first, second = account(world, "mastodon", "first"), account(world, "mastodon", "second")
    due = (world.clock.now() + timedelta(minutes=10)).isoformat()
    ids = [
        world.write(content=name, connectionIds=[str(first)], scheduledAt=due)["id"] for name in ("changed", "cleared")
    ]
    for post_id, connections in zip(ids, ([str(second)], []), strict=True):
        post = world.edit(UUID(post_id), connectionIds=connections)
        assert post["platforms"] == ["mastodon"]
    world.run(minutes=12)
    assert {landed.text: landed.account for landed in world.platform.landed} == {
        "changed": str(second),
        "cleared": str(usual),
    }


# -- retries -------------------------------------------------------------------------------------------------------


def half_published(world: World, **columns: Any) -> UUID:
    """Publish a post on the default connection of one platform, let it fail on the other, and return its id."""
    post = world.post(platforms=["mastodon", "bluesky"], ahead=30, **columns)
    world.tick()
    world.clock.advance(seconds=30)
    of = {str(row["id"]): row["platform"] for row in world.publications(post)}
    for message in world.sqs.receive():
        platform = next(name for publication, name in of.items() if publication in message.body)
        world.platform.script = ["land" if platform == "mastodon" else "rejected"]
        world.publish([message])
    assert world.status(post) == "failed"
    return post


def test_retry_does_not_repeat_a_publication_on_a_new_default_connection(world: World) -> None:
    first = account(world, "mastodon", "first", default=True)
    post = half_published(world)
    make_default(world, "mastodon", account(world, "mastodon", "second"))
    world.retry(post)
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert went_to(world) == sorted(["", str(first)])


def test_retry_does_not_repeat_a_publication_on_a_reconnected_account(world: World) -> None:
    """The connection has a new id, but the account on the platform is the same, and already has the post."""
    first = account(world, "mastodon", "first", default=True)
    post = half_published(world)
    world.db.fetch(DISCONNECT, id=first)
    account(world, "mastodon", "first", default=True)
    world.retry(post)
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert went_to(world) == sorted(["", str(first)])


def test_retry_of_a_failed_publication_goes_to_the_current_default_connection(world: World) -> None:
    account(world, "bluesky", "first", default=True)
    post = half_published(world)
    second = account(world, "bluesky", "second")
    make_default(world, "bluesky", second)
    world.retry(post)
    world.run(minutes=3)
    assert world.status(post) == "published"
    assert went_to(world) == sorted(["", str(second)])


def test_missing_parts_go_to_the_connection_of_the_first_part(world: World) -> None:
    first = account(world, "mastodon", "first", default=True)
    post = world.thread("One", "Two", platforms=["mastodon"], ahead=30)
    world.platform.script = ["land", "rejected"]
    world.run(minutes=3)
    make_default(world, "mastodon", account(world, "mastodon", "second"))
    world.retry(post)
    world.run(minutes=3)
    assert [(landed.text, landed.account) for landed in world.platform.landed] == [
        ("One", str(first)),
        ("Two", str(first)),
    ]
    assert world.status(post) == "published"


@pytest.mark.parametrize("unconnected", ["sandbox", "reject"])
def test_missing_parts_fail_if_the_connection_of_the_first_part_was_removed(world: World, unconnected: str) -> None:
    first = account(world, "mastodon", "first", default=True)
    post = world.thread("One", "Two", "Three", platforms=["mastodon"], ahead=30)
    world.platform.script = ["land", "rejected"]
    world.run(minutes=3)
    world.db.fetch(DISCONNECT, id=first)
    account(world, "mastodon", "second", default=True)
    assert world.retry(post, unconnected=unconnected).state == "failed"
    world.run(minutes=3)
    assert [landed.text for landed in world.platform.landed] == ["One"]
    assert world.row(post)["failure_reason"] == f"Part 2: {GONE[1]} Published in part on Mastodon."


def test_unknown_publication_on_a_removed_connection_is_not_sent_to_another(world: World) -> None:
    first = account(world, "mastodon", "first", default=True)
    post = named(world, connection_ids=[], connection_platforms=[], platforms=["mastodon", "bluesky"], ahead=30)
    world.platform.can_tell = False
    world.platform.script = ["land_then_drop", "land_then_drop"]
    world.run(minutes=10)
    world.db.fetch(DISCONNECT, id=first)
    account(world, "mastodon", "second", default=True)
    [sandboxed] = [row["id"] for row in world.publications(post) if row["platform"] == "bluesky"]
    world.retry(post, sandboxed)
    world.run(minutes=3)
    assert [landed.account for landed in world.platform.landed].count("") == 2  # confirmed as not there
    assert len(world.platform.landed) == 3
    assert world.status(post) == "failed"

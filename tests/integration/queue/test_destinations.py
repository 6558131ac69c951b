"""The claim, posts/get, validation and posts/schedule choose the same connections for a post."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from minutehand.connections.store import Connections
from minutehand.posts import details
from minutehand.posts.dry_run import validate_saved
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.clock import START
from tests.support.factories import connect
from tests.support.media import known_media
from tests.support.world import World

ADA = Identity("ada", "ada")
SET_LIMIT = Query("set_limit", "UPDATE social_connections SET limits = %(limits)s WHERE id = %(id)s")
DISCONNECT = Query("disconnect", "DELETE FROM social_connections WHERE id = %(id)s")
ADD_EARLIER = Query(
    "add_earlier",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, part, sandbox, state, due_at,
                                 next_attempt_at, queued_at, published_at)
       SELECT id, gen_random_uuid(), owner_id, 'mastodon', %(connection)s, 1, %(connection)s::uuid IS NULL, 'published',
              scheduled_at, scheduled_at, scheduled_at, scheduled_at
       FROM social_posts WHERE id = %(post)s""",
)
LIMIT_WITHOUT_SERVER = 500


def account(world: World, name: str, *, default: bool = False, owner_id: str = "ada") -> UUID:
    return connect(world.db, "mastodon", owner_id, account_id=name, is_default=default)


def thread(world: World, *named: UUID) -> UUID:
    """Insert a post with a second part, so that a post whose first part is published still has a part to claim."""
    return world.thread(
        "One", "Two", platforms=["mastodon"], connection_ids=list(named), connection_platforms=["mastodon"] * len(named)
    )


type Case = tuple[UUID, set[UUID | None]]
"""A post, and the connections to which it goes. None: the owner has no connection."""


def named(world: World) -> Case:
    account(world, "usual", default=True)
    first, second = account(world, "first"), account(world, "second")
    return thread(world, first, second), {first, second}


def default(world: World) -> Case:
    account(world, "older")
    usual = account(world, "usual", default=True)
    account(world, "hers", default=True, owner_id="grace")
    return thread(world), {usual}


def oldest(world: World) -> Case:
    first = account(world, "first")
    account(world, "second")
    return thread(world), {first}


def disconnected(world: World) -> Case:
    account(world, "usual", default=True)
    return thread(world, gone := uuid4()), {gone}


def another_owners(world: World) -> Case:
    return thread(world, hers := account(world, "hers", default=True, owner_id="grace")), {hers}


def none(world: World) -> Case:
    account(world, "hers", default=True, owner_id="grace")
    return thread(world), {None}


def earlier(world: World) -> Case:
    account(world, "usual", default=True)
    former = account(world, "former")
    post = thread(world)
    world.db.fetch(ADD_EARLIER, post=post, connection=former)
    return post, {former}


def earlier_disconnected(world: World) -> Case:
    account(world, "usual", default=True)
    post = thread(world)
    world.db.fetch(ADD_EARLIER, post=post, connection=(gone := uuid4()))
    return post, {gone}


def earlier_in_the_sandbox(world: World) -> Case:
    account(world, "usual", default=True)
    post = thread(world)
    world.db.fetch(ADD_EARLIER, post=post, connection=None)
    return post, set()


@pytest.mark.parametrize(
    "case",
    [named, default, oldest, disconnected, another_owners, none, earlier, earlier_disconnected, earlier_in_the_sandbox],
    ids=lambda case: case.__name__,
)
def test_every_call_chooses_the_same_connections(world: World, case: Callable[[World], Case]) -> None:
    post, expected = case(world)
    existing = {each.id for each in Connections(world.db).list_all("ada")}
    limits = {connection: 1_000 + number for number, connection in enumerate(sorted(existing))}
    for connection, limit in limits.items():
        world.db.fetch(SET_LIMIT, id=connection, limits=Jsonb({"max_characters": limit}))
    reachable = existing & expected

    viewed = details.view(world.db, ADA, post, ["connections"], now=START)["connections"]
    shown = {UUID(each["id"]) for each in viewed}
    assert shown == reachable

    validated = validate_saved(world.db, ADA, post, prober=known_media)["platforms"]["mastodon"]["parts"][0]["limit"]
    assert validated == min((limits[each] for each in reachable), default=LIMIT_WITHOUT_SERVER)

    if expected == {None}:
        with pytest.raises(Conflict, match="No account is connected on Mastodon"):
            world.schedule(post, unconnected="reject")
        world.tick(unconnected="reject")
    else:
        world.schedule(post, unconnected="reject")
    claimed = [row for row in world.publications(post) if row["state"] != "published"]
    assert claimed
    assert {row["connection_id"] for row in claimed} == (expected or {None})
    assert {row["connection_id"] for row in claimed if row["state"] == "failed"} == expected - existing

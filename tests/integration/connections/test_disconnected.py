"""Queued posts of a connection that is disconnected."""

import json
from uuid import UUID

from minutehand.connections.store import MAX_DISCONNECTED, queries
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.connections.conftest import ConnectionsApi
from tests.integration.connections.test_api import bluesky, connect, mastodon
from tests.support.clock import FakeClock
from tests.support.simulator import Simulator
from tests.support.world import World

OTHER_EVENTS = Query(
    "other_events",
    """INSERT INTO events (owner_id, type, actor, data, at)
       SELECT 'ada', 'post.created', 'ada', '{}', %(now)s FROM generate_series(1, 5000)""",
)


def test_a_queued_post_fails_when_its_account_is_disconnected(
    api: ConnectionsApi, simulator: Simulator, world: World
) -> None:
    connection = connect(api, mastodon(simulator))
    post_id = world.post(platforms=["mastodon"])
    world.schedule(post_id)

    assert api.call("DELETE", {"connectionId": connection["id"]}).status == 200
    world.run(minutes=5)

    [publication] = world.publications(post_id)
    assert (publication["state"], publication["failure_code"]) == ("failed", "not_connected")
    assert (
        publication["failure_reason"]
        == "The Mastodon account of this post is no longer connected. Connect it again, then retry the post."
    )
    assert str(publication["connection_id"]) == connection["id"]
    assert world.status(post_id) == "failed"


def test_failed_post_is_published_after_its_account_is_connected_again(
    api: ConnectionsApi, simulator: Simulator, world: World
) -> None:
    connection = connect(api, mastodon(simulator))
    post_id = world.post(
        platforms=["mastodon"], connection_ids=[UUID(connection["id"])], connection_platforms=["mastodon"]
    )
    assert api.call("DELETE", {"connectionId": connection["id"]}).status == 200
    world.run(minutes=5)
    assert world.status(post_id) == "failed"

    connect(api, mastodon(simulator))
    world.retry(post_id)
    world.run(minutes=5)

    publications = world.publications(post_id)
    assert [(each["state"], str(each["connection_id"])) for each in publications] == [
        ("failed", connection["id"]),
        ("published", connection["id"]),
    ]


def test_accounts_that_are_not_connected_again_are_listed(
    api: ConnectionsApi, simulator: Simulator, clock: FakeClock
) -> None:
    first = connect(api, bluesky(simulator))
    second = connect(api, mastodon(simulator))
    connect(api, mastodon(simulator), user="eve")
    for each, account in ((first, bluesky), (second, mastodon), (first, bluesky)):
        connect(api, account(simulator))
        clock.advance(minutes=1)
        assert api.call("DELETE", {"connectionId": each["id"]}).status == 200

    assert api.call("GET").body["disconnected"] == [
        {
            "id": first["id"],
            "platform": "bluesky",
            "handle": "ada.example",
            "disconnectedAt": "2026-03-02T09:03:00.000Z",
        },
        {
            "id": second["id"],
            "platform": "mastodon",
            "handle": second["handle"],
            "disconnectedAt": "2026-03-02T09:02:00.000Z",
        },
    ]
    assert api.call("GET", user="eve").body["disconnected"] == []

    connect(api, bluesky(simulator))

    assert [each["id"] for each in api.call("GET").body["disconnected"]] == [second["id"]]


def test_list_of_disconnected_accounts_reads_no_other_events(
    api: ConnectionsApi, simulator: Simulator, db: Database, clock: FakeClock
) -> None:
    connection = connect(api, mastodon(simulator))
    assert api.call("DELETE", {"connectionId": connection["id"]}).status == 200
    db.fetch(OTHER_EVENTS, now=clock.now())
    db.fetch(Query("analyze", "ANALYZE events"))

    query = Query("explain", "EXPLAIN (ANALYZE, FORMAT JSON) " + queries["list_disconnected"].text)
    plan = json.dumps(db.fetch(query, owner_id="ada", limit=MAX_DISCONNECTED))

    assert '"Index Name": "events_disconnected"' in plan
    assert '"Relation Name": "events"' in plan
    assert "Rows Removed by Filter" not in plan


def test_a_post_is_published_on_the_connected_account(api: ConnectionsApi, simulator: Simulator, world: World) -> None:
    connection = connect(api, mastodon(simulator))
    post_id = world.post(platforms=["mastodon"])
    world.schedule(post_id)

    world.run(minutes=5)

    [publication] = world.publications(post_id)
    assert (publication["state"], str(publication["connection_id"])) == ("published", connection["id"])

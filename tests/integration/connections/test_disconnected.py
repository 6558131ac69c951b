"""Queued posts of a connection that is disconnected."""

from uuid import UUID

from tests.integration.connections.conftest import ConnectionsApi
from tests.integration.connections.test_api import connect, mastodon
from tests.support.simulator import Simulator
from tests.support.world import World


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


def test_a_post_is_published_on_the_connected_account(api: ConnectionsApi, simulator: Simulator, world: World) -> None:
    connection = connect(api, mastodon(simulator))
    post_id = world.post(platforms=["mastodon"])
    world.schedule(post_id)

    world.run(minutes=5)

    [publication] = world.publications(post_id)
    assert (publication["state"], str(publication["connection_id"])) == ("published", connection["id"])

"""Posts with media items, from the tick to platforms that take uploads and platforms that fetch files."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from local.simulator import sample_image
from minutehand.media.resolution import resolve_references
from minutehand.media.storage import Storage
from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Adapter, Content
from minutehand.publishing.media_addresses import NoBucket, signer
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.media.conftest import BUCKET, MediaApi
from tests.support.clock import FakeClock
from tests.support.connection_pool import ConnectionPool
from tests.support.factories import connect
from tests.support.simulator import Simulator
from tests.support.world import World

PNG = sample_image.png()
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08" + struct.pack(">HH", 1080, 1080) + bytes(2_000)
)  # long enough to hold the dimensions
ADDRESS_ACCOUNT = Query(
    "address_account",
    "UPDATE social_connections SET base_url = %(base_url)s, account_id = %(account_id)s WHERE id = %(id)s",
)
ADD_MEDIA = Query(
    "add_media", "UPDATE social_posts SET media_urls = %(urls)s, alt_texts = %(alt_texts)s WHERE id = %(id)s"
)
FORGET = Query("forget", "DELETE FROM media")


@pytest.fixture
def world(
    database_url: str, connections: ConnectionPool, simulator: Simulator, client: httpx.Client, bucket: Any
) -> Iterator[World]:
    world = World(database_url, FakeClock(datetime.now(UTC)), connections)
    world.token = {"access_token": "demo-token", "accessJwt": "demo", "refreshJwt": "demo"}
    world.sign = signer(BUCKET)
    yield world
    world.close()


def use_real_adapter(world: World, platform: str, simulator: Simulator, client: httpx.Client) -> None:
    """Publish posts on ``platform`` with the real adapter, at the simulator."""
    adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
    world.adapters = lambda work: adapter
    connection_id = connect(world.db, platform)
    world.db.fetch(ADDRESS_ACCOUNT, id=connection_id, base_url=f"{simulator.url}/{platform}", account_id="me")


def with_media(world: World, platform: str, url: str, owner_id: str = "ada") -> UUID:
    post_id = world.post(platforms=[platform], owner_id=owner_id)
    world.db.fetch(ADD_MEDIA, id=post_id, urls=[url], alt_texts=Jsonb({url: "A kiln."}))
    world.schedule(post_id, owner_id, unconnected="sandbox")
    return post_id


def reason(world: World, post_id: UUID) -> str:
    [publication] = world.publications(post_id)
    return f"{publication['failure_code']}: {publication['failure_reason']}"


def test_a_platform_with_uploads_gets_the_bytes_of_the_file(
    world: World, api: MediaApi, simulator: Simulator, client: httpx.Client
) -> None:
    use_real_adapter(world, "mastodon", simulator, client)
    item = api.uploaded(PNG)

    post_id = with_media(world, "mastodon", item["url"])
    world.run(minutes=3)

    assert world.status(post_id) == "published", reason(world, post_id)
    [landed] = simulator.posts("mastodon")
    [media_item] = landed["media"]
    assert simulator.client.get(media_item["url"]).content == PNG
    assert media_item["alt"] == "A kiln."


@pytest.mark.parametrize(
    ("platform", "content", "content_type"), [("threads", PNG, "image/png"), ("instagram", JPEG, "image/jpeg")]
)
def test_a_platform_that_fetches_files_gets_a_signed_url(
    platform: str,
    content: bytes,
    content_type: str,
    world: World,
    api: MediaApi,
    simulator: Simulator,
    client: httpx.Client,
) -> None:
    use_real_adapter(world, platform, simulator, client)
    item = api.uploaded(content, content_type)

    post_id = with_media(world, platform, item["url"])
    world.run(minutes=5)

    assert world.status(post_id) == "published", reason(world, post_id)
    [container] = simulator.state.collection(platform, "containers").values()
    address = container["fields"]["image_url"]
    assert "X-Amz-Expires=3600" in address
    fetched = httpx.get(address, trust_env=False)
    assert (fetched.content, fetched.headers["content-type"]) == (content, content_type)
    assert container["fields"]["alt_text"] == "A kiln."


def test_a_file_is_not_uploaded_again_for_a_new_signed_url(
    world: World, api: MediaApi, files: Storage, simulator: Simulator, client: httpx.Client
) -> None:
    use_real_adapter(world, "mastodon", simulator, client)
    attempt, before = count(), len(simulator.state.mastodon["media"])
    world.sign = lambda key: files.signed_url(key, timedelta(hours=1, seconds=next(attempt)))
    item = api.uploaded(PNG)
    simulator.fault("mastodon", "publish", "status", status=429)

    post_id = with_media(world, "mastodon", item["url"])
    world.run(minutes=10)

    assert world.status(post_id) == "published", reason(world, post_id)
    assert next(attempt) > 1
    assert len(simulator.state.mastodon["media"]) == before + 1


@pytest.mark.parametrize("owner_id", ["ada", "bob"])
def test_a_post_with_a_media_item_that_its_owner_lacks_fails(owner_id: str, world: World, api: MediaApi) -> None:
    item = api.uploaded(PNG)
    post_id = with_media(world, "bluesky", item["url"], owner_id)
    if owner_id == "ada":
        world.db.fetch(FORGET)

    world.run(minutes=3)

    assert world.status(post_id) == "failed"
    assert (
        reason(world, post_id)
        == f"media_not_found: The media item {item['url']} is no longer in the media library. Use another item."
    )
    assert world.platform.landed == []


def test_a_publication_in_doubt_is_reconciled_without_its_file(world: World, api: MediaApi) -> None:
    world.platform.script = ["land_then_drop"]
    post_id = with_media(world, "bluesky", api.uploaded(PNG)["url"])
    world.tick()
    world.clock.advance(seconds=60)
    world.deliver()
    assert len(world.platform.landed) == 1
    world.db.fetch(FORGET)

    world.run(minutes=3)

    assert world.status(post_id) == "published"
    assert len(world.platform.landed) == 1


def test_a_post_waits_while_postgres_is_unavailable(world: World, api: MediaApi) -> None:
    failures = iter([psycopg.OperationalError("away")])
    sign = world.sign

    def stumbling(key: str) -> str:
        for failure in failures:
            raise failure
        return sign(key)

    world.sign = stumbling
    post_id = with_media(world, "bluesky", api.uploaded(PNG)["url"])

    world.run(minutes=3)

    assert world.status(post_id) == "published"
    [publication] = world.publications(post_id)
    assert publication["attempts"] == 1


def test_all_contents_of_a_batch_share_one_lookup(api: MediaApi, db: Database, database_url: str) -> None:
    queries: list[str] = []

    class Counting(Database):
        def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
            queries.append(query.name)
            return super().fetch(query, **parameters)

    mine, others, unknown = api.uploaded(PNG), api.uploaded(PNG, user="bob"), f"media:{uuid4()}"
    web = "https://example.com/a.jpg"
    contents = [
        ("ada", Content("One.", (mine["url"], web), {mine["url"]: "A kiln.", web: "A pot."})),
        (
            "ada",
            Content("Two.", (others["url"], unknown), options={"cover": mine["url"], "tags": [mine["url"], "a"]}),
        ),
        ("bob", Content("Three.", (others["url"],))),
        ("bob", Content("Four.", (web,))),
    ]
    counting = Counting(lambda: database_url)
    first, second, third, fourth = resolve_references(counting, contents, lambda key: f"https://s3.example/{key}")
    counting.close()

    own, bobs = f"https://s3.example/{api.key(mine['id'])}", f"https://s3.example/{api.key(others['id'])}"
    assert (first.media_urls, first.alt_texts) == ((own, web), {own: "A kiln.", web: "A pot."})
    assert second.media_urls == (others["url"], unknown)
    assert second.options == {"cover": own, "tags": [own, "a"]}
    assert third.media_urls == (bobs,)
    assert fourth is contents[3][1]
    assert queries == ["keys"]
    assert resolve_references(counting, [("bob", contents[3][1])], str) == [contents[3][1]]
    assert queries == ["keys"]


def test_a_missing_bucket_setting_is_an_error() -> None:
    with pytest.raises(NoBucket, match="MEDIA_BUCKET"):
        signer(None)("key")

"""References from posts to media items: which items a post may use, and that no item is deleted meanwhile."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from local.simulator import sample_image
from minutehand.media.library import Library
from minutehand.media.references import find_unusable, lock_referenced_items
from minutehand.media.storage import Storage
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.integration.media.conftest import MediaApi
from tests.support.api import Api
from tests.support.bulk_posts import WITHOUT_TRIGGERS
from tests.support.clock import START, FakeClock
from tests.support.factories import make_post

PNG = sample_image.png()
ADA = Identity("ada", "ada")
MEDIA_IDS = Query("media_ids", "SELECT media_ids FROM social_posts WHERE id = %(id)s")
USE_ITEM = Query("use_item", "UPDATE social_posts SET media_urls = ARRAY[%(url)s] WHERE id = %(id)s")
EXPLAIN = """EXPLAIN SELECT id FROM social_posts
             WHERE media_ids @> ARRAY['{id}'::uuid] AND media_ids <> '{{}}' AND owner_id = 'ada'
               AND status IN ('draft', 'scheduled', 'queued')
             ORDER BY id LIMIT 6"""


@pytest.fixture
def posts(db: Database, clock: FakeClock) -> Api:
    return Api(db, clock)


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """The database connection of a concurrent caller."""
    database = Database(lambda: database_url)
    yield database
    database.close()


def test_a_post_may_refer_to_media_items_in_every_media_field(api: MediaApi, posts: Api, db: Database) -> None:
    first, second, third = (api.uploaded(PNG) for _ in range(3))
    post = posts.create(
        mediaUrls=[first["url"], "https://example.com/a.jpg"],
        altTexts={first["url"]: "A kiln."},
        variants={"bluesky": {"mediaUrls": [second["url"]], "altTexts": {second["url"]: "Its fire."}}},
        platformOptions={"bluesky": {"thread": [{"content": "More.", "mediaUrls": [third["url"]]}]}},
    )

    assert post["mediaUrls"] == [first["url"], "https://example.com/a.jpg"]
    row = db.one(MEDIA_IDS, id=UUID(post["id"]))
    assert row is not None
    assert set(row["media_ids"]) == {UUID(item["id"]) for item in (first, second, third)}
    for item in (first, second, third):
        assert api.call("DELETE", {"mediaId": item["id"]}).status == 409
    assert posts.call("update_post", {"postId": post["id"], "platformOptions": {}, "variants": {}}).status == 200
    assert api.call("DELETE", {"mediaId": third["id"]}).status == 200
    assert api.call("DELETE", {"mediaId": first["id"]}).status == 409


def at_the_top(url: str) -> dict[str, Any]:
    return {"mediaUrls": ["https://example.com/a.jpg", url]}


def in_a_variant(url: str) -> dict[str, Any]:
    return {"variants": {"bluesky": {"mediaUrls": [url]}}}


def in_a_thread(url: str) -> dict[str, Any]:
    return {"platformOptions": {"bluesky": {"thread": ["One.", {"content": "Two.", "mediaUrls": [url]}]}}}


@pytest.mark.parametrize("whose", ["nobody", "bob", "pending"])
@pytest.mark.parametrize(
    ("fields", "path"),
    [
        (at_the_top, "mediaUrls[1]"),
        (in_a_variant, "variants.bluesky.mediaUrls[0]"),
        (in_a_thread, "platformOptions.bluesky.thread[1].mediaUrls[0]"),
    ],
)
def test_an_unusable_media_item_is_refused_with_its_field(
    fields: Any, path: str, whose: str, api: MediaApi, posts: Api
) -> None:
    makers: dict[str, Callable[[], str]] = {
        "nobody": lambda: f"media:{uuid4()}",
        "bob": lambda: str(api.uploaded(PNG, user="bob")["url"]),
        "pending": lambda: str(api.begin("image/png", 5)["media"]["url"]),
    }
    url = makers[whose]()
    post = posts.create()

    created = posts.call("create_post", {"content": "New.", "platforms": ["bluesky"]} | fields(url))
    updated = posts.call("update_post", {"postId": post["id"]} | fields(url))

    for reply in (created, updated):
        assert (reply.status, reply.body["code"]) == (400, "media_not_found")
        [detail] = reply.body["details"]
        assert (detail["field"], detail["given"]) == (path, url)
        assert reply.body["error"] == f"{path} is {url}, but your media library has no finished item with this id."
    assert posts.get(post["id"]).post["version"] == 1


@pytest.mark.parametrize(
    "url",
    ["media:", "media:1", f"media:{str(uuid4()).upper()}", f"media:{uuid4()}/a"],
    ids=["empty", "number", "capitals", "path"],
)
def test_a_malformed_reference_is_refused(url: str, posts: Api) -> None:
    reply = posts.call("create_post", {"content": "New.", "mediaUrls": [url]})

    assert reply.status == 400
    assert "is not the url of a media item" in reply.body["error"]


def test_all_references_take_one_query_and_none_take_none(db: Database, database_url: str) -> None:
    queries: list[str] = []

    class Counting(Database):
        def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
            queries.append(query.name)
            return super().fetch(query, **parameters)

    counting = Counting(lambda: database_url)
    urls = [f"media:{uuid4()}" for _ in range(35)]
    assert find_unusable(counting, "ada", urls) == urls
    assert find_unusable(counting, "ada", ["https://example.com/a.jpg"]) == []
    with lock_referenced_items(counting, "ada", {"mediaUrls": ["https://example.com/a.jpg"]}):
        assert queries == ["usable"]
    counting.close()


def test_a_media_item_cannot_be_deleted_while_a_post_that_uses_it_is_written(
    api: MediaApi, files: Storage, db: Database, other: Database, clock: FakeClock
) -> None:
    media = api.uploaded(PNG)
    refused: list[Exception] = []

    def remove() -> None:
        try:
            Library(other, files).remove(ADA, UUID(media["id"]), now=START)
        except Conflict as error:
            refused.append(error)

    remover = threading.Thread(target=remove)
    with lock_referenced_items(db, "ada", {"mediaUrls": [media["url"]]}):
        remover.start()
        wait_until_locked(db)
        db.fetch(USE_ITEM, id=make_post(db, now=clock.now()), url=media["url"])
    remover.join(timeout=10)

    assert [type(error) for error in refused] == [Conflict]
    assert api.listed() == [media["id"]]


def test_a_post_cannot_use_a_media_item_that_is_being_deleted(api: MediaApi, db: Database, other: Database) -> None:
    media = api.uploaded(PNG)
    refused: list[Exception] = []

    def write() -> None:
        try:
            with lock_referenced_items(other, "ada", {"mediaUrls": [media["url"]]}):
                raise AssertionError("the item was usable")
        except InvalidInput as error:
            refused.append(error)

    writer = threading.Thread(target=write)
    with db.transaction():
        db.fetch(Query("hold", "SELECT FROM media WHERE id = %(id)s FOR UPDATE"), id=media["id"])
        writer.start()
        wait_until_locked(db)
        db.fetch(Query("remove", "DELETE FROM media WHERE id = %(id)s"), id=media["id"])
    writer.join(timeout=10)

    assert [type(error) for error in refused] == [InvalidInput]


def test_the_search_for_posts_that_use_an_item_reads_an_index(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(WITHOUT_TRIGGERS)
        connection.execute(
            """INSERT INTO social_posts (content, platforms, status, scheduled_at, posted_at, owner_id, created_by,
                                         media_urls)
               SELECT 'Post', '{x}', CASE WHEN n % 10 = 0 THEN 'scheduled' ELSE 'published' END, now(), now(), 'ada',
                      'ada', ARRAY['media:' || gen_random_uuid()]
               FROM generate_series(1, 20000) AS n"""
        )
        connection.execute("VACUUM ANALYZE social_posts")
        plan = "\n".join(row[0] for row in connection.execute(EXPLAIN.format(id=uuid4())).fetchall())

    assert "social_posts_by_media" in plan
    assert "Seq Scan" not in plan


def wait_until_locked(db: Database) -> None:
    """Return once another connection waits for a lock that ``db`` holds."""
    waiting = Query(
        "waiting", "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    for _ in range(2_000):
        if db.fetch(waiting):
            return
        threading.Event().wait(0.005)
    raise AssertionError("no connection waits")

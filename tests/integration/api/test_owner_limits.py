"""The limits on an owner's open posts, connections, media bytes and pending authorizations: exact, also under load."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from minutehand.connections.store import Connections, NewConnection
from minutehand.media.forms import NewMediaItem
from minutehand.media.library import Library
from minutehand.media.storage import Storage, Upload
from minutehand.oauth.pending_authorizations import LIFETIME, PendingAuthorizations
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.writing import create, prepare
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from minutehand.runtime.validation import parse
from tests.support.api import Api
from tests.support.clock import START, FakeClock
from tests.support.cold_start import ENVIRON
from tests.support.media import known_media
from tests.support.threads import at_once, wait_for_blocked_process

LIMIT, CALLS = 4, 10
ADA, BEN = Identity("ada", "ada"), Identity("ben", "ben")
POST = {"content": "The kiln is warm.", "platforms": ["bluesky"]}
USAGE = Query("usage", "SELECT bytes FROM media_usage WHERE owner_id = 'ada'")
IDS = Query("ids", "SELECT id FROM social_posts")
ENDED = Query(
    "ended",
    "UPDATE social_posts SET status = 'published', scheduled_at = now(), posted_at = now() WHERE id = %(id)s",
)


class NoStorage:
    """A storage that keeps nothing, and the keys of the uploads that were given up."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    def begin(self, key: str, content_type: str, size_bytes: int, **_: Any) -> Upload:
        return Upload(START, "https://bucket.example", {})

    def delete(self, key: str, upload_id: str | None) -> None:
        self.deleted.append(key)

    def block(self, key: str) -> None:
        pass


def seal(token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
    return b"sealed"


def image(size_bytes: int = 100) -> NewMediaItem:
    return NewMediaItem.model_validate({"filename": "a.png", "contentType": "image/png", "sizeBytes": size_bytes})


def add_post(db: Database, owner: Identity = ADA) -> None:
    config = SchedulingConfig.from_environ(ENVIRON | {"MAX_OPEN_POSTS": str(LIMIT)})
    post = prepare(db, owner, parse(NewPost, POST), prober=known_media, now=START)
    create(db, owner, post, config=config, now=START)


def add_connection(db: Database, owner: Identity = ADA) -> None:
    new = NewConnection(owner.owner_id, "mastodon", str(uuid4()), "@ada", "https://mastodon.example")
    Connections(db, LIMIT).connect(new, {}, seal, actor=Actor("ada"), now=START)


def add_media_item(db: Database, owner: Identity = ADA) -> None:
    Library(db, cast("Storage", NoStorage()), LIMIT * 100).begin(owner, image(), now=START)


def add_authorization(db: Database, owner: Identity = ADA) -> None:
    PendingAuthorizations(db, LIMIT).begin(owner, "x", "https://app.example", make_default=False, now=START)


type Add = Callable[..., None]
KINDS: dict[str, tuple[Add, int, str]] = {
    "posts": (add_post, LIMIT, "Limit reached: 4 of 4 drafts, scheduled and queued posts."),
    "connections": (add_connection, LIMIT, "Limit reached: 4 of 4 connections."),
    "media": (add_media_item, LIMIT * 100, "Limit reached: 400 of 400 bytes of media items."),
    "authorizations": (add_authorization, LIMIT, "Limit reached: 4 of 4 pending authorizations."),
}
each_kind = pytest.mark.parametrize(("add", "limit", "sentence"), KINDS.values(), ids=KINDS)


@each_kind
def test_limit_of_an_owner_is_reported_with_the_present_value(
    add: Add, limit: int, sentence: str, db: Database
) -> None:
    for _ in range(LIMIT):
        add(db)

    with pytest.raises(Conflict) as refused:
        add(db)

    assert (refused.value.status, refused.value.code) == (409, "limit_reached")
    [detail] = refused.value.details
    assert (detail["limit"], detail["present"]) == (limit, limit)
    assert refused.value.message == detail["message"]
    assert refused.value.message.startswith(sentence)
    add(db, BEN)


@contextmanager
def databases(url: str, count: int) -> Iterator[list[Database]]:
    with ExitStack() as stack:
        opened = [Database(lambda: url) for _ in range(count)]
        for db in opened:
            stack.callback(db.close)
        yield opened


@each_kind
def test_concurrent_calls_never_exceed_a_limit(add: Add, limit: int, sentence: str, database_url: str) -> None:
    outcomes: list[str] = []

    def call(db: Database) -> None:
        try:
            add(db)
            outcomes.append("added")
        except Conflict as refused:
            outcomes.append(refused.code)

    with databases(database_url, CALLS) as opened:
        at_once(*[lambda db=db: call(db) for db in opened])

    assert sorted(outcomes) == ["added"] * LIMIT + ["limit_reached"] * (CALLS - LIMIT)


@each_kind
def test_call_that_waited_for_another_sees_what_it_added(
    add: Add, limit: int, sentence: str, database_url: str
) -> None:
    with databases(database_url, 3) as (one, other, watcher), ThreadPoolExecutor() as pool:
        for _ in range(LIMIT - 1):
            add(one)
        with one.transaction():
            add(one)
            waiting = pool.submit(add, other)
            wait_for_blocked_process(watcher)
        with pytest.raises(Conflict, match="Limit reached"):
            waiting.result()


def test_post_that_has_ended_makes_room(db: Database) -> None:
    for _ in range(LIMIT):
        add_post(db)
    [first, *_] = db.fetch(IDS)
    with pytest.raises(Conflict, match="Limit reached"):
        add_post(db)

    db.fetch(ENDED, id=first["id"])
    add_post(db)

    assert len(db.fetch(IDS)) == LIMIT + 1


def test_refused_post_can_be_repeated_with_its_idempotency_key(db: Database, clock: FakeClock) -> None:
    api = Api(db, clock, environ=ENVIRON | {"MAX_OPEN_POSTS": "1"})
    first = api.create()
    key = {"idempotency-key": "k"}
    assert api.call("create_post", POST, headers=key).body["code"] == "limit_reached"

    api.call("delete_post", {"postId": first["id"]}, httpMethod="DELETE")

    assert api.call("create_post", POST, headers=key).status == 201


def test_account_can_be_reconnected_at_the_limit(db: Database) -> None:
    known = NewConnection("ada", "mastodon", "1", "@ada", "https://mastodon.example")
    connections = Connections(db, 1)
    first = connections.connect(known, {}, seal, actor=Actor("ada"), now=START)

    assert connections.connect(known, {}, seal, actor=Actor("ada"), now=START).id == first.id


def test_used_and_expired_authorizations_make_room(db: Database) -> None:
    pending = PendingAuthorizations(db, 1)

    def begin(seconds: float) -> str:
        now = START + timedelta(seconds=seconds)
        return pending.begin(ADA, "x", "https://app.example", make_default=False, now=now).state

    state = begin(0)
    with pytest.raises(Conflict, match="an authorization expires after 10 minutes"):
        begin(LIFETIME.total_seconds() - 1)
    pending.claim(state, callback_url="https://callback.example", identity=ADA, now=START)
    begin(1)
    begin(LIFETIME.total_seconds() + 1)


def test_media_usage_follows_the_items_of_the_library(db: Database) -> None:
    storage = NoStorage()
    library = Library(db, cast("Storage", storage), 1_000)
    first = library.begin(ADA, image(700), now=START)["media"]
    library.begin(ADA, image(300), now=START)
    assert db.one(USAGE) == {"bytes": 1_000}

    with pytest.raises(Conflict, match=r"1,000 of 1,000 bytes of media items\. The file has 1 bytes\."):
        library.begin(ADA, image(1), now=START)
    assert len(storage.deleted) == 1  # the upload that had begun

    library.remove(ADA, UUID(first["id"]), now=START)
    assert db.one(USAGE) == {"bytes": 300}
    library.begin(ADA, image(700), now=START)
    library.begin(ADA, image(1_000), now=START + timedelta(days=2))  # the expired uploads are deleted first
    assert db.one(USAGE) == {"bytes": 1_000}

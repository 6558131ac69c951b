"""The limit on an owner's writing calls in a minute: exact, for writing calls only, and without a round trip."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from local.openapi.operations import operations
from local.openapi.reference import Route, routes
from minutehand.platforms.resources import open_http_client, open_prober
from minutehand.queue.resources import open_sqs
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.pruning import BATCH_SIZE, MAX_BATCHES
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON
from tests.support.examples import examples
from tests.support.groups import groups
from tests.support.postgres import as_group
from tests.support.postgres_proxy import PostgresProxy
from tests.support.sqs import FakeSqs
from tests.support.threads import at_once
from tests.support.world import World

LIMIT = 3
LIMITED = ENVIRON | {"REQUESTS_PER_MINUTE": str(LIMIT)}
POST = {"content": "The kiln is warm.", "platforms": ["bluesky"]}
POSTS = Query("posts", "SELECT count(*) AS count FROM social_posts")
COUNTS = Query("counts", "SELECT owner_id, minute, requests FROM request_counts ORDER BY owner_id, minute")
MAKE_COUNTS = Query(
    "make_counts",
    """INSERT INTO request_counts (owner_id, minute, requests, allowed)
       SELECT 'owner-' || n, %(minute)s, 1, 1 FROM generate_series(1, %(count)s) AS n""",
)


@pytest.fixture
def limited(db: Database, clock: FakeClock, sqs: FakeSqs) -> Api:
    return Api(db, clock, environ=LIMITED, openers={open_sqs: lambda _: sqs})


def create(api: Api, **who: Any) -> Reply:
    return api.call("create_post", POST, **who)


def use_up(api: Api) -> None:
    assert [create(api).status for _ in range(LIMIT)] == [201] * LIMIT


def posts(db: Database) -> int:
    [row] = db.fetch(POSTS)
    return int(row["count"])


def test_call_beyond_the_limit_is_refused_until_the_next_minute(limited: Api, db: Database, clock: FakeClock) -> None:
    clock.advance(seconds=29.5)
    use_up(limited)

    reply = create(limited)

    assert (reply.status, reply.body["code"]) == (429, "too_many_requests")
    assert reply.body["error"] == "At most 3 writing calls in a minute are allowed. Try again in 31 seconds."
    assert reply.body["details"] == [{"limit": 3, "windowSeconds": 60}]
    assert reply.headers["retry-after"] == "31"
    assert posts(db) == LIMIT
    clock.advance(seconds=30.5)
    assert create(limited).status == 201


def test_headers_show_the_limit_and_the_rest(limited: Api, clock: FakeClock) -> None:
    clock.advance(seconds=15)

    replies = [create(limited) for _ in range(LIMIT + 1)]

    assert {reply.headers["ratelimit-policy"] for reply in replies} == {'"writes";q=3;w=60'}
    assert [reply.headers["ratelimit"] for reply in replies] == [f'"writes";r={rest};t=45' for rest in (2, 1, 0, 0)]
    assert "retry-after" not in replies[0].headers


def test_reading_calls_are_not_counted(limited: Api) -> None:
    use_up(limited)

    for _ in range(LIMIT + 1):
        reply = limited.call("list_posts")
        assert reply.status == 200
        assert "ratelimit" not in reply.headers


def test_each_owner_has_a_separate_limit_that_all_its_members_share(limited: Api) -> None:
    for user in ("ada", "ben", "eve"):
        assert create(limited, user=user, owner="acme").status == 201

    assert create(limited, user="ada", owner="acme").status == 429
    assert create(limited, user="ada").status == 201


@pytest.mark.parametrize(
    ("function", "body", "status"),
    [
        ("create_post", {"content": ""}, 400),
        ("create_post", "{", 400),
        ("delete_post", {"postId": "no id"}, 404),
    ],
)
def test_call_that_fails_before_its_first_statement_is_not_counted(
    limited: Api, db: Database, function: str, body: object, status: int
) -> None:
    reply = limited.call(function, body)

    assert reply.status == status
    assert reply.headers["ratelimit-policy"] == '"writes";q=3;w=60'
    assert "ratelimit" not in reply.headers
    assert db.fetch(COUNTS) == []


WRITES = [
    pytest.param(operation.route, given, headers, id=f"{' '.join(operation.route)}{' with a key' * bool(headers)}")
    for operation in operations()
    if operation.route[0] != "GET" and operation.route[1].startswith("posts/")
    for given in examples()[" ".join(operation.route)][:1]
    for headers in ({}, {"idempotency-key": "k"})[: 1 + operation.is_idempotent]
]
"""Each writing call for posts, with its first example from docs/api.md."""
METHODS = {"update_post": "PATCH", "delete_post": "DELETE"}
OTHER_WRITES = [
    pytest.param(("POST", "posts/create"), POST | {"scheduledAt": "2026-03-02T09:01:00Z"}, {}, id="create near"),
    pytest.param(("PATCH", "posts/update"), {"postId": "ID", "scheduledAt": "2026-03-03T09:00"}, {}, id="move"),
    pytest.param(("POST", "posts/bulk"), {"action": "delete", "filter": {}}, {}, id="delete all"),
    pytest.param(("POST", "posts/bulk"), {"action": "delete", "filter": {}}, {"idempotency-key": "k"}, id="with a key"),
    pytest.param(("POST", "posts/archive"), {"postId": "ID"}, {}, id="archive one"),
    pytest.param(("POST", "posts/validate"), {"postId": "ID"}, {}, id="validate a saved post"),
    pytest.param(("POST", "posts/validate"), POST, {}, id="validate a new post"),
]


def test_every_writing_call_for_posts_is_among_the_refused_calls() -> None:
    writing = {route for route in routes() if route[1].startswith("posts/") and route[0] != "GET"}

    assert {write.values[0] for write in WRITES} == writing


@pytest.mark.parametrize(("route", "body", "headers"), [*WRITES, *OTHER_WRITES])
def test_refused_call_changes_nothing(
    limited: Api, db: Database, route: Route, body: dict[str, Any], headers: dict[str, str]
) -> None:
    post = limited.create(scheduledAt="2026-03-02T12:00:00Z")
    everything = Query(
        "everything",
        """SELECT (SELECT jsonb_agg(to_jsonb(post)) FROM social_posts AS post) AS posts,
                  (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM idempotency_keys) AS keys""",
    )
    use_up_after_the_first = [create(limited).status for _ in range(LIMIT - 1)]
    before = db.one(everything)

    reply = limited.call(
        routes()[route],
        body | ({"postId": post["id"]} if "postId" in body else {}),
        headers=headers,
        roles="approver",
        httpMethod=route[0],
    )

    assert use_up_after_the_first == [201] * (LIMIT - 1)
    assert (reply.status, reply.body["code"]) == (429, "too_many_requests"), reply.text
    assert db.one(everything) == before
    assert db.fetch(COUNTS)[0]["requests"] == LIMIT


def test_exactly_the_limit_of_concurrent_calls_passes(database_url: str, clock: FakeClock) -> None:
    allowed, calls = 8, 14
    environ = ENVIRON | {"REQUESTS_PER_MINUTE": str(allowed)}
    databases = [Database(lambda: database_url) for _ in range(calls)]
    apis = [Api(db, clock, environ=environ, openers={open_sqs: lambda _: FakeSqs(clock)}) for db in databases]
    replies: list[Reply] = []

    def call(number: int) -> None:
        key = {"idempotency-key": f"key-{number}"} if number % 2 else {}  # with and without a transaction
        replies.append(create(apis[number], headers=key))

    at_once(*[lambda number=number: call(number) for number in range(calls)])

    assert sorted(reply.status for reply in replies) == [201] * allowed + [429] * (calls - allowed)
    assert posts(databases[0]) == allowed
    rests = [reply.headers["ratelimit"] for reply in replies if reply.status == 201]
    assert sorted(rests) == [f'"writes";r={rest};t=60' for rest in range(allowed)]
    for db in databases:
        db.close()


@pytest.fixture
def proxy(database_url: str) -> Iterator[PostgresProxy]:
    with PostgresProxy(database_url).running() as proxy:
        yield proxy


@pytest.mark.parametrize(
    ("function", "body", "headers", "first"),
    [
        ("create_post", POST, {}, "FROM social_connections"),
        ("create_post", POST | {"platforms": ["x"]}, {}, "INSERT INTO social_posts"),
        ("create_post", POST, {"idempotency-key": "k"}, "SELECT request_hash"),
        ("create_post", POST | {"platforms": ["x"], "scheduledAt": "2026-03-02T09:01:00Z"}, {}, "COMMIT,BEGIN"),
        ("update_post", {"postId": "ID", "content": "a"}, {}, "COMMIT,BEGIN"),
        ("delete_post", {"postId": "ID"}, {}, "COMMIT,BEGIN"),
        ("retry_post", {"postId": "ID"}, {"idempotency-key": "k"}, "COMMIT,BEGIN"),
    ],
)
def test_request_is_counted_in_the_round_trip_of_the_first_statement(
    api: Api,
    proxy: PostgresProxy,
    clock: FakeClock,
    sqs: FakeSqs,
    function: str,
    body: dict[str, Any],
    headers: dict[str, str],
    first: str,
) -> None:
    post = api.create(scheduledAt="2026-03-02T12:00:00Z")
    given = {name: post["id"] if value == "ID" else value for name, value in body.items()}
    db = Database(lambda: as_group(proxy.url, groups()[function]))
    db.fetch(POSTS)
    through_proxy = Api(db, clock, openers={open_sqs: lambda _: sqs})
    proxy.hold(*first.split(","))

    reply = through_proxy.call(function, given, headers=headers, httpMethod=METHODS.get(function, "POST"))

    assert reply.status in (200, 201, 409), reply.text
    assert "ratelimit" in reply.headers
    db.close()


def test_count_is_not_locked_during_the_transaction_of_the_request(database_url: str, clock: FakeClock) -> None:
    one, other = Database(lambda: database_url), Database(lambda: database_url)
    count = sql.load("minutehand.runtime")["count_request"]
    counted = {"owner_id": "ada", "minute": clock.now(), "limit": 9}

    with one.opening(count, **counted) as opening, one.transaction():
        assert opening.rows == [{"requests": 1}]
        with other.transaction():
            other.fetch(Query("impatient", "SELECT set_config('lock_timeout', '100ms', true)"))
            assert other.fetch(count, **counted) == [{"requests": 2}]
    one.close()
    other.close()


def test_refused_transaction_leaves_the_connection_usable(limited: Api, db: Database) -> None:
    use_up(limited)

    assert create(limited, headers={"idempotency-key": "k"}).status == 429
    with db.transaction():
        assert db.fetch(POSTS) == [{"count": LIMIT}]
    assert limited.call("list_posts").status == 200


@pytest.mark.parametrize("function", ["create_post", "validate_post"])
def test_refused_call_probes_no_media(limited: Api, function: str) -> None:
    use_up(limited)
    limited.replace(open_prober, lambda _: pytest.fail("the media are probed"))

    assert limited.call(function, POST | {"mediaUrls": ["https://images.example/kiln.jpg"]}).status == 429


def test_refused_call_does_not_reach_the_server_of_an_account(db: Database, clock: FakeClock) -> None:
    api = Api(db, clock, environ=LIMITED | {"TOKEN_KEY_ID": "key"})

    def unexpected(request: httpx.Request) -> httpx.Response:
        pytest.fail(f"a call of {request.url}")

    api.replace(open_http_client, lambda _: httpx.Client(transport=httpx.MockTransport(unexpected)))
    use_up(api)
    body = {"platform": "mastodon", "instance": "https://mastodon.example", "accessToken": "secret"}

    assert api.call("connections", body, httpMethod="POST").status == 429


def test_old_counts_are_deleted_by_ticks_in_batches(world: World) -> None:
    old, now = world.clock.now() - timedelta(hours=1), world.clock.now()
    world.db.fetch(MAKE_COUNTS, minute=old, count=MAX_BATCHES * BATCH_SIZE + 10)
    world.db.fetch(MAKE_COUNTS, minute=now, count=1)

    left = []
    for _ in range(3):
        world.tick()
        left.append(len(world.db.fetch(COUNTS)))

    assert left == [11, 1, 1]
    assert world.db.fetch(COUNTS)[0]["minute"] == now


def test_counts_are_not_written_to_the_log_of_postgres(db: Database) -> None:
    persistence = Query("persistence", "SELECT relpersistence FROM pg_class WHERE relname = 'request_counts'")

    assert db.one(persistence) == {"relpersistence": "u"}


def test_database_that_is_unavailable_is_reported_as_such(clock: FakeClock) -> None:
    nowhere = Database(lambda: "postgresql://127.0.0.1:1/nowhere")

    reply = Api(nowhere, clock).call("create_post", POST)

    assert reply.body["code"] == "database_unavailable"


def test_another_violation_is_not_taken_for_the_limit(limited: Api, db: Database) -> None:
    with pytest.raises(psycopg.errors.CheckViolation), db.opening(POSTS):
        db.fetch(Query("blank", "INSERT INTO social_posts (content, owner_id, created_by) VALUES (' ', 'a', 'a')"))

    assert json.loads(create(limited).text)["success"] is True

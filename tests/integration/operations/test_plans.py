"""Statements that list, count or find posts and jobs use an index, so that their cost does not grow with the tables."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from minutehand.events.reading import MAX_CHARACTERS, MAX_EVENTS
from minutehand.operations.statistics import MAX_COUNT
from minutehand.posts.filters import parameters
from minutehand.posts.forms.calendar import CalendarQuery
from minutehand.posts.forms.list import PostQuery
from minutehand.posts.listing import MAX_FOUND
from minutehand.posts.writing import _create
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from tests.support import postgres
from tests.support.bulk_posts import fill
from tests.support.clock import START

POSTS = 20_000
"""Enough posts for a plan that reads all of them to cost more than one with an index."""
QUEUED = 150
LARGE = {"social_posts", "publications", "events", "publication_attempts"}
OF_OWNERS = {
    *("social_posts", "social_connections", "oauth_states", "connect_links", "link_cards", "media_usage"),
    *("idempotency_keys", "request_counts"),
}
"""The tables that the fixture ``limited`` fills."""
OWNERS = [None, "ada", "owner-3", "nobody"]
LISTS = ["newest", "oldest", "scheduled", "latest"]
FILTERS: list[dict[str, str]] = [
    {},
    {"status": "failed"},
    {"status": "scheduled"},
    {"platform": "bluesky"},
    {"platform": "pinterest"},
    {"platform": "youtube"},
    {"campaign": "spring"},
    {"campaign": "none"},
    {"status": "failed", "platform": "pinterest", "campaign": "spring"},
]
JOBS = ["waiting", "delayed", "active", "completed", "failed", "unknown", "held"]

HISTORY: list[LiteralString] = [
    """INSERT INTO events (post_id, owner_id, actor, type, at)
       SELECT id, owner_id, owner_id, 'post.created', created_at FROM social_posts""",
    "SELECT number_events(owner_id, 10000) FROM (SELECT DISTINCT owner_id FROM social_posts) AS owner",
    """INSERT INTO publication_attempts (publication_id, attempt, event, at)
       SELECT id, 1, 'began', due_at FROM publications""",
    "UPDATE publications SET remote_id = id WHERE state = 'published'",
    "ANALYZE",
]


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with postgres.clone(postgres_url) as url:
        db = Database(lambda: url)
        fill(db, POSTS, queued=QUEUED, now=START)
        db.close()
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in HISTORY:
                connection.execute(statement)
            yield connection


def scans(
    connection: psycopg.Connection[Any], query: sql.Query, large: set[str] = LARGE, /, **parameters: Any
) -> set[str]:
    """Return the large tables that the plan of ``query`` reads as a whole."""
    row = connection.execute(f"EXPLAIN (FORMAT JSON) {query.text}", parameters).fetchone()
    assert row is not None
    return {node["Relation Name"] for node in _nodes(row[0][0]["Plan"]) if _reads_all(node)} & large


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _reads_all(node: dict[str, Any]) -> bool:
    return node["Node Type"] in ("Seq Scan", "Parallel Seq Scan")


def after_cursor(*, deep: bool) -> dict[str, Any]:
    """Return the parameters of a cursor: the beginning of a list, or a post in it."""
    return {"after_at": START - timedelta(hours=1) if deep else None, "after_id": uuid4() if deep else None}


def test_a_plan_that_reads_everything_is_noticed(connection: psycopg.Connection[Any]) -> None:
    everything = sql.Query("everything", "SELECT * FROM social_posts WHERE notes = %(notes)s")

    assert scans(connection, everything, notes="n") == {"social_posts"}


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("owner", OWNERS[1:])
@pytest.mark.parametrize("order", LISTS)
@pytest.mark.parametrize("deep", [False, True])
def test_lists_of_posts(
    connection: psycopg.Connection[Any], order: str, owner: str, filters: dict[str, str], deep: bool
) -> None:
    chosen = parameters(PostQuery()) | filters
    queries, page = sql.load("minutehand.posts"), after_cursor(deep=deep) | {"skip": 0, "limit": 51}

    assert scans(connection, queries[f"list_{order}"], owner_id=owner, **chosen, **page) == set()


SEVERAL: list[dict[str, str]] = [
    {"status": "scheduled,queued"},
    {"status": "failed,draft", "campaign": "spring"},
    {"status": "published,archived", "platform": "pinterest"},
]


@pytest.mark.parametrize("filters", SEVERAL, ids=str)
@pytest.mark.parametrize("owner", OWNERS[1:])
@pytest.mark.parametrize("order", LISTS)
def test_lists_of_posts_with_several_statuses(
    connection: psycopg.Connection[Any], order: str, owner: str, filters: dict[str, str]
) -> None:
    chosen = parameters(PostQuery.model_validate(filters)) | after_cursor(deep=False) | {"skip": 0, "limit": 51}
    query = sql.load("minutehand.posts")[f"several_{order}"]

    assert scans(connection, query, owner_id=owner, **chosen) == set()


NARROW: list[dict[str, str]] = [
    {"failureCode": "broken"},
    {"failureCode": "other"},
    {"approvalStatus": "pending"},
    {"from": "2026-03-01", "to": "2026-04-01"},
    {"from": "2026-03-01", "to": "2026-04-01", "q": "\u672a\u6765"},
]


@pytest.mark.parametrize("filters", NARROW, ids=str)
@pytest.mark.parametrize("order", LISTS)
@pytest.mark.parametrize("deep", [False, True])
def test_narrow_lists_of_posts(
    connection: psycopg.Connection[Any], order: str, filters: dict[str, str], deep: bool
) -> None:
    chosen = parameters(PostQuery.model_validate(filters)) | after_cursor(deep=deep) | {"skip": 0, "limit": 51}
    query = sql.load("minutehand.posts")[f"list_{order}"]

    assert scans(connection, query, owner_id="ada", **chosen) == set()


CONNECTIONS: list[LiteralString] = [
    """INSERT INTO social_connections (id, owner_id, platform, account_id, handle, base_url, is_default)
       SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'ada', 'bluesky', n::text, '@a', 'https://e.co', n = 1
       FROM generate_series(1, 3) AS n""",
    """UPDATE social_posts
       SET connection_ids = '{00000000-0000-0000-0000-000000000002}', connection_platforms = '{bluesky}'
       WHERE owner_id = 'ada' AND status IN ('draft', 'scheduled')""",
    "ANALYZE",
]
"""Three connections of ada. Every open post names the second one; the first one is the default."""
OPEN_POSTS = 300
"""At least the number of ada's drafts and scheduled posts. She has a thousand posts."""
LISTS_OF_CONNECTIONS: list[tuple[str, dict[str, str]]] = [
    *((f"search_{order}", {}) for order in LISTS),
    *((f"search_{order}", {"status": "draft,scheduled"}) for order in LISTS),
    *((f"search_{order}", {"q": "post"}) for order in LISTS),
    ("calendar", {"from": "2026-03-01", "to": "2026-04-01"}),
]


@pytest.fixture(scope="module")
def connected(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a database of its own, because changed rows would change the plans of other tests."""
    with postgres.clone(postgres_url) as url:
        db = Database(lambda: url)
        fill(db, POSTS // 10, queued=150, now=START)
        db.close()
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in CONNECTIONS:
                connection.execute(statement)
            yield connection


@pytest.mark.parametrize("number", [1, 3, 4], ids=["default", "other", "deleted"])
@pytest.mark.parametrize("order", LISTS)
def test_list_of_an_unused_connection_reads_only_open_posts(
    connected: psycopg.Connection[Any], order: str, number: int
) -> None:
    chosen = parameters(PostQuery.model_validate({"connectionId": str(UUID(int=number))}))
    chosen |= after_cursor(deep=False) | {"skip": 0, "limit": 51, "max_found": MAX_FOUND}
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.load('minutehand.posts')[f'search_{order}'].text}"

    row = connected.execute(explained, {"owner_id": "ada", **chosen}).fetchone()

    assert row is not None
    nodes = [node for node in _nodes(row[0][0]["Plan"]) if node.get("Relation Name") == "social_posts"]
    read = sum((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in nodes)
    assert 0 < read <= OPEN_POSTS


@pytest.mark.parametrize(("name", "filters"), LISTS_OF_CONNECTIONS, ids=str)
@pytest.mark.parametrize("number", [1, 3, 4], ids=["default", "other", "deleted"])
def test_list_of_an_unused_connection_resolves_no_destinations(
    connected: psycopg.Connection[Any], name: str, filters: dict[str, str], number: int
) -> None:
    chosen = parameters(PostQuery.model_validate(filters | {"connectionId": str(UUID(int=number))}))
    chosen |= after_cursor(deep=False) | {"skip": 0, "limit": 51, "max_found": MAX_FOUND, "max_characters": 140}
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.load('minutehand.posts')[name].text}"

    row = connected.execute(explained, {"owner_id": "ada", **chosen}).fetchone()

    assert row is not None
    assert row[0][0]["Plan"]["Actual Rows"] == 0
    nodes = _nodes(row[0][0]["Plan"])
    reads = sum(node["Actual Loops"] for node in nodes if node.get("Relation Name") == "social_connections")
    assert reads <= 20  # a few for each statement, and none for each post


@pytest.mark.parametrize("words", ["post 1", "post 12345", "nowhere"])
@pytest.mark.parametrize("owner", OWNERS[1:])
@pytest.mark.parametrize("order", LISTS)
def test_searches_for_words(connection: psycopg.Connection[Any], order: str, owner: str, words: str) -> None:
    """Only the search for a frequent word may read any texts, because it ends after the first ones with the word."""
    chosen = parameters(PostQuery.model_validate({"q": words})) | after_cursor(deep=False) | {"skip": 0, "limit": 51}
    query = sql.load("minutehand.posts")[f"search_{order}"]
    large = LARGE if words == "post 1" else LARGE | {"post_words"}

    assert scans(connection, query, large, owner_id=owner, **chosen, max_found=MAX_FOUND) == set()


CALENDARS: list[dict[str, str]] = [
    {},
    {"status": "scheduled,queued"},
    {"campaign": "spring"},
    {"failureCode": "broken"},
    {"connectionId": str(UUID(int=1))},
    {"q": "post"},
]


@pytest.mark.parametrize("owner", OWNERS[1:])
@pytest.mark.parametrize("deep", [False, True])
def test_pages_of_the_plan(connection: psycopg.Connection[Any], owner: str, *, deep: bool) -> None:
    period = {"since": START, "until": START + timedelta(days=31), "limit": 101}
    query = sql.load("minutehand.posts")["plan"]

    assert (
        scans(connection, query, LARGE | {"post_words"}, owner_id=owner, **period, **after_cursor(deep=deep)) == set()
    )


@pytest.mark.parametrize("owner", OWNERS[1:])
def test_posts_that_resemble_another(connection: psycopg.Connection[Any], owner: str) -> None:
    post: dict[str, Any] = {"platforms": ["bluesky"], "connection_ids": [], "connection_platforms": []}
    post |= {"post_id": uuid4(), "content": "Post 5", "scheduled_at": START + timedelta(days=1)}
    query = sql.load("minutehand.posts")["neighbours"]

    assert scans(connection, query, LARGE | {"post_words"}, owner_id=owner, **post) == set()


@pytest.mark.parametrize("filters", CALENDARS, ids=str)
@pytest.mark.parametrize("owner", OWNERS[1:])
def test_pages_of_the_calendar(connection: psycopg.Connection[Any], owner: str, filters: dict[str, str]) -> None:
    month = {"from": "2026-03-01", "to": "2026-04-01"}
    chosen = parameters(CalendarQuery.model_validate(month | filters)) | after_cursor(deep=False)
    query = sql.load("minutehand.posts")["calendar"]

    assert scans(connection, query, owner_id=owner, **chosen, max_characters=140, limit=2_001) == set()


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("state", JOBS)
@pytest.mark.parametrize("deep", [False, True])
def test_lists_of_jobs(connection: psycopg.Connection[Any], state: str, owner: str | None, deep: bool) -> None:
    after = (
        {"after_at": START - timedelta(hours=1), "after_id": uuid4()} if deep else {"after_at": None, "after_id": None}
    )
    query = sql.load("minutehand.operations")[f"jobs_{state}"]

    assert scans(connection, query, owner_id=owner, **after, limit=51) == set()


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("name", ["job_counts", "oldest_due", "status_counts", "job"])
def test_counts_and_looks(connection: psycopg.Connection[Any], name: str, owner: str | None) -> None:
    query = sql.load("minutehand.operations")[name]

    assert scans(connection, query, owner_id=owner, limit=MAX_COUNT + 1, now=START, job_id=uuid4()) == set()


@pytest.mark.parametrize("owner", OWNERS)
def test_counts_of_jobs_read_only_the_posts_that_they_count(
    connection: psycopg.Connection[Any], owner: str | None
) -> None:
    limit = 20  # so low that to sort all failed posts of an owner costs clearly more, whatever the statistics say
    query = sql.load("minutehand.operations")["job_counts"]
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {query.text}"

    row = connection.execute(explained, {"owner_id": owner, "limit": limit}).fetchone()

    assert row is not None
    read = [node["Actual Rows"] * node["Actual Loops"] for node in _nodes(row[0][0]["Plan"]) if "Relation Name" in node]
    assert max(read) <= QUEUED, "the statement reads more than a limit and the queued posts"


PAUSES: list[LiteralString] = [
    """UPDATE publications SET state = 'held', lease_token = NULL, lease_until = NULL
       WHERE state IN ('queued', 'publishing')""",
    """INSERT INTO queue_controls (scope, target, owner_id, reason, actor, paused_at)
       VALUES ('all', '', '', 'r', 'ops', now()), ('platform', 'bluesky', '', 'r', 'ops', now()),
              ('platform', 'youtube', '', 'r', 'ops', now()), ('owner', 'ada', '', 'r', 'ops', now()),
              ('owner', 'nobody', '', 'r', 'ops', now()), ('campaign', 'spring', '', 'r', 'ops', now()),
              ('campaign', 'spring', 'ada', 'r', 'ops', now()), ('campaign', 'sprig', '', 'r', 'ops', now())""",
]
SCOPES: list[dict[str, str]] = [
    {},
    {"platform": "bluesky"},
    {"platform": "youtube"},
    {"owner_id": "ada"},
    {"owner_id": "nobody"},
    {"campaign": "spring"},
    {"campaign": "spring", "owner_id": "ada"},
    {"campaign": "sprig"},
]


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("owner", OWNERS)
def test_pauses_count_only_a_few_held_publications(
    connection: psycopg.Connection[Any], owner: str | None, *, analyzed: bool
) -> None:
    query, limit = sql.load("minutehand.queue")["list_pauses"], 10
    with connection.transaction(force_rollback=True):
        for statement in PAUSES:
            connection.execute(statement)
        if analyzed:
            connection.execute("ANALYZE publications")
        row = connection.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {query.text}", {"owner_id": owner, "limit": limit}
        ).fetchone()
    assert row is not None
    nodes = [node for node in _nodes(row[0][0]["Plan"]) if node.get("Relation Name") in LARGE]
    assert not any(map(_reads_all, nodes))
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in nodes) <= 3 * limit * len(SCOPES)


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_planned_posts_of_a_scope(connection: psycopg.Connection[Any], scope: dict[str, str]) -> None:
    parameters = dict.fromkeys(["owner_id", "platform", "campaign"]) | scope

    assert scans(connection, sql.load("minutehand.queue")["count_planned"], **parameters, limit=1_000) == set()


def test_what_belongs_to_a_page(connection: psycopg.Connection[Any]) -> None:
    ids = [row[0] for row in connection.execute("SELECT id FROM social_posts ORDER BY id LIMIT 50").fetchall()]
    posts, jobs = sql.load("minutehand.posts"), sql.load("minutehand.operations")

    assert scans(connection, posts["publications"], post_ids=ids, owner_id="ada") == set()
    assert scans(connection, jobs["job_publications"], post_ids=ids, owner_id="ada") == set()
    for name in ("history", "attempts"):
        assert scans(connection, posts[name], post_id=ids[0], owner_id="ada", limit=500) == set()


@pytest.mark.parametrize("owner", OWNERS[1:])
@pytest.mark.parametrize("after", [0, 9_000])
def test_events_after_a_cursor(connection: psycopg.Connection[Any], owner: str, after: int) -> None:
    queries = sql.load("minutehand.events")
    page = {"take": 50, "types": ["post.deleted"], "max_events": MAX_EVENTS, "max_characters": MAX_CHARACTERS}

    assert scans(connection, queries["list_after"], owner_id=owner, after=after, **page) == set()
    assert scans(connection, queries["latest"], owner_id=owner) == set()


@pytest.mark.parametrize("owner", OWNERS[1:])
@pytest.mark.parametrize("group_by", [None, "day", "platform"])
def test_usage_of_an_owner(connection: psycopg.Connection[Any], owner: str, group_by: str | None) -> None:
    days = [START - timedelta(hours=2), START - timedelta(hours=1)]
    period = {"owner_id": owner, "days": days, "since": days[0], "until": START, "group_by": group_by}

    assert scans(connection, sql.load("minutehand.owners")["usage_of_posts"], **period) == set()


def test_ownership_of_a_found_post(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute("SELECT id, remote_id FROM publications WHERE remote_id IS NOT NULL LIMIT 1").fetchone()
    assert row is not None
    publication_id, remote_id = row
    query = sql.load("minutehand.publishing")["ownership"]

    for found in (remote_id, "unknown"):
        assert scans(connection, query, id=publication_id, remote_id=found) == set()


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("filters", [{}, {"platform": "pinterest"}, {"campaign": "spring"}], ids=str)
@pytest.mark.parametrize("days", [1, 30])
def test_clearing_and_archiving(
    connection: psycopg.Connection[Any], owner: str | None, filters: dict[str, str], days: int
) -> None:
    chosen: dict[str, Any] = {"platform": None, "campaign": None} | filters
    chosen |= {
        "owner_id": owner,
        "before": START - timedelta(days=days),
        "limit": 500,
        "now": START,
        "actor": "ada",
        "actor_name": None,
    }

    for name in ("clear_failed", "kept_unknown"):
        assert scans(connection, sql.load("minutehand.operations")[name], **chosen) == set()
    assert scans(connection, sql.load("minutehand.posts")["archive_older"], **chosen, days_old=days) == set()


@pytest.mark.parametrize("owner", OWNERS[1:])
def test_choosing_connections(connection: psycopg.Connection[Any], owner: str) -> None:
    row = connection.execute("SELECT id FROM social_posts WHERE owner_id = %s LIMIT 1", [owner]).fetchone()
    post_id = row[0] if row else uuid4()
    queue, posts = sql.load("minutehand.queue"), sql.load("minutehand.posts")
    values: dict[str, Any] = {"platforms": ["mastodon"], "connection_ids": [], "connection_platforms": []}
    claim: dict[str, Any] = {
        "window": 86_400,
        "min_part_window": timedelta(hours=1),
        "names": "{}",
        "limit": 10,
        "max_publications": 9,
    }
    claim |= {"now": START, "until": START + timedelta(minutes=2), "overdue_since": START, "unconnected": "reject"}

    for claimed, of_owner in ((None, None), (post_id, owner)):
        assert scans(connection, queue["claim_due"], **claim, post_id=claimed, owner_id=of_owner) == set()
    assert scans(connection, queue["unconnected_platforms"], post_id=post_id, owner_id=owner) == set()
    decision = {
        "approval_status": "approved",
        "version": 1,
        "comment": None,
        "actor": "bob",
        "actor_name": None,
        "now": START,
    }
    assert scans(connection, posts["decide"], post_id=post_id, owner_id=owner, **decision) == set()
    assert scans(connection, posts["destinations"], post_id=post_id, owner_id=owner) == set()
    assert scans(connection, posts["limits"], post_id=None, owner_id=owner, **values) == set()


LIMITED: list[LiteralString] = [
    """INSERT INTO oauth_states (digest, owner_id, actor, platform, redirect_uri, verifier_salt, expires_at, used_at)
       SELECT sha256(n::text::bytea), 'owner-' || n % 10, 'ada', 'x', 'https://e.co', '',
              '2026-03-02 09:00Z'::timestamptz - n * interval '1 second', CASE WHEN n % 2 = 0 THEN now() END
       FROM generate_series(1, 20000) AS n""",
    """INSERT INTO connect_links (owner_id, created_by, platforms, secret_hash, created_at, expires_at)
       SELECT 'owner-' || n % 10, 'ada', '{x}', sha256(n::text::bytea),
              '2026-03-01 09:00Z'::timestamptz - n * interval '1 second',
              '2026-03-02 09:00Z'::timestamptz - n * interval '1 second'
       FROM generate_series(1, 20000) AS n""",
    """INSERT INTO link_cards (post_id, url, title, description, image_type, fetched_at)
       SELECT id, 'https://e.co', 'A', 'A', 'image/png', now() FROM social_posts""",
    """INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url)
       SELECT 'owner-' || n % 1000, 'x', n::text, '@a', 'https://x.com' FROM generate_series(1, 20000) AS n""",
    """INSERT INTO media (id, owner_id, filename, content_type, size_bytes, object_key, status, created_by, created_at)
       SELECT gen_random_uuid(), 'library-' || n % 100, 'a', 'image/png', 1, n::text, 'ready', 'ada',
              '2026-03-02 09:00Z'::timestamptz - n * interval '1 hour'
       FROM generate_series(1, 20000) AS n""",
    """INSERT INTO media_usage (owner_id, bytes) SELECT 'owner-' || n, 1 FROM generate_series(1, 20000) AS n""",
    """INSERT INTO idempotency_keys (owner_id, operation, key, request_hash, expires_at)
       SELECT 'ada', 'create', n::text, '', '2026-03-02 09:00Z'::timestamptz - n * interval '1 second'
       FROM generate_series(1, 20000) AS n""",
    """INSERT INTO request_counts (owner_id, minute, requests, allowed)
       SELECT 'owner-' || n % 100, '2026-03-02 09:00Z'::timestamptz - n * interval '1 minute', 1, 1
       FROM generate_series(1, 20000) AS n""",
    "ANALYZE",
]


@pytest.fixture(scope="module")
def limited(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    for statement in LIMITED:
        connection.execute(statement)
    return connection


@pytest.mark.parametrize("owner", OWNERS[1:])
def test_limits_of_an_owner(limited: psycopg.Connection[Any], owner: str) -> None:
    values: dict[str, Any] = {"owner_id": owner, "actor": owner, "actor_name": None, "now": START, "platform": "x"}
    post = {"values": "{}", "max_open_posts": 10_000}
    pending = {"digest": b"", "redirect_uri": "", "verifier_salt": b"", "make_default": False, "expires_at": START}
    pending |= {"browser_digest": None, "return_to": None, "sealed_client": None}
    item = {"id": uuid4(), "filename": "a", "content_type": "a", "size_bytes": 1, "object_key": "a", "upload_id": None}

    assert scans(limited, _create(), OF_OWNERS, **values, **post) == set()
    connections, oauth, media = (sql.load(f"minutehand.{name}") for name in ("connections", "oauth", "media"))
    assert scans(limited, connections["count_connections"], OF_OWNERS, owner_id=owner, limit=250) == set()
    assert scans(limited, oauth["begin_authorization"], OF_OWNERS, **values, **pending, max_pending=100) == set()
    present = {"open_posts": 10_000, "connections": 250, "pending_authorizations": 100, "now": START}
    assert (
        scans(limited, sql.load("minutehand.owners")["present_values"], OF_OWNERS, owner_id=owner, **present) == set()
    )
    exceptions = sql.load("minutehand.owners")["count_exceptions"]
    assert scans(limited, exceptions, LARGE, owner_id=owner, require_approval=True) == set()
    assert scans(limited, media["begin"], OF_OWNERS, **values, **item, max_bytes=1) == set()


@pytest.mark.parametrize("owner", ["library-3", "nobody"])
@pytest.mark.parametrize("group_by", [None, "day"])
def test_uploads_of_an_owner(limited: psycopg.Connection[Any], owner: str, group_by: str | None) -> None:
    period = {"owner_id": owner, "days": [START], "since": START - timedelta(days=31), "until": START}

    query = sql.load("minutehand.owners")["usage_of_media"]
    assert scans(limited, query, {"media"}, **period, group_by=group_by) == set()


def test_pruning(limited: psycopg.Connection[Any]) -> None:
    runtime, before = sql.load("minutehand.runtime"), START - timedelta(hours=1)

    assert scans(limited, runtime["prune_idempotency_keys"], OF_OWNERS, now=before, limit=1_000) == set()
    assert scans(limited, runtime["prune_request_counts"], OF_OWNERS, before=before, limit=1_000) == set()
    oauth = sql.load("minutehand.oauth")
    for query in ("delete_expired_authorizations", "delete_expired_links"):
        assert scans(limited, oauth[query], OF_OWNERS, before=before, limit=1_000) == set()
    after = {"after_id": UUID(int=0), "after_url": ""}
    assert scans(limited, sql.load("minutehand.link_cards")["prune_cards"], OF_OWNERS, **after, limit=1_000) == set()


SLOTS: list[LiteralString] = [
    """UPDATE publications SET next_attempt_at = due_at + interval '1 second' WHERE id IN (
           SELECT id FROM publications WHERE state = 'published' ORDER BY due_at LIMIT 2000)""",
    "ANALYZE publications",
]


def test_planning_turns(connection: psycopg.Connection[Any]) -> None:
    ids = [row[0] for row in connection.execute("SELECT id FROM publications WHERE state = 'queued'").fetchall()]
    queue = sql.load("minutehand.queue")

    for statement in ([], SLOTS):  # with and without many publications that had slots
        for each in statement:
            connection.execute(each)
        for overdue in (ids[:1], ids):
            parameters = {"ids": overdue, "now": START, "since": START - timedelta(hours=1)}
            slots = [START] * len(overdue)
            assert scans(connection, queue["list_slots"], **parameters) == set()
            assert scans(connection, queue["assign_slots"], ids=overdue, seen=slots, slots=slots, now=START) == set()


FLOOD: list[LiteralString] = [
    "UPDATE publications SET leases = 0 WHERE state = 'queued'",
    """UPDATE publications
       SET state = 'queued', published_at = NULL, remote_id = NULL, next_attempt_at = '2026-03-02 09:00Z', leases = 0
       WHERE state = 'published' AND owner_id = 'ada'""",
]


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("share", [[], ["ada"]], ids=str)
def test_looking_for_publications_that_are_due(
    connection: psycopg.Connection[Any], share: list[str], *, analyzed: bool
) -> None:
    """The plan is the same before and after a burst, and reads few rows however many publications are queued."""
    query = sql.load("minutehand.publishing")["list_due"]
    parameters: dict[str, Any] = {"owners": share, "in_hand": [1] * len(share), "others_only": False, "after": ""}
    parameters |= {"since": START - LATE_TOLERANCE, "soon": START + timedelta(seconds=1), "limit": 10}
    parameters |= {"max_publications": 100, "max_owners": 100}
    with connection.transaction(force_rollback=True):
        for statement in FLOOD:
            connection.execute(statement)
        if analyzed:
            connection.execute("ANALYZE publications")
        row = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query.text}", parameters).fetchone()
        assert row is not None
        nodes = list(_nodes(row[0][0]["Plan"]))
        scans = [node for node in nodes if node.get("Relation Name") == "publications"]
        assert {node.get("Index Name") for node in scans} == {"publications_open", "publications_unleased"}
        assert max(node["Actual Rows"] * node["Actual Loops"] for node in scans) <= 200

"""The statements about calendar feeds use an index, so that their cost does not grow with the tables."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from minutehand.runtime import sql
from tests.support import postgres
from tests.support.bulk_posts import WITHOUT_TRIGGERS
from tests.support.clock import START

FILL: LiteralString = """
    INSERT INTO calendar_feeds (owner_id, created_by, name, secret_hash, created_at)
    SELECT 'owner-' || n %% 80, 'ada', 'Phone', sha256(n::text::bytea), %(now)s + n * interval '1 second'
    FROM generate_series(1, 8000) AS n
"""
FILL_POSTS: LiteralString = """
    INSERT INTO social_posts (content, platforms, status, scheduled_at, owner_id, created_by)
    SELECT 'Post', '{bluesky}', 'scheduled', %(now)s + n * interval '1 hour', 'owner-' || n %% 20, 'ada'
    FROM generate_series(1, 20000) AS n
"""
FILL_PUBLICATIONS: LiteralString = """
    INSERT INTO publications (post_id, job_id, owner_id, platform, state, due_at, next_attempt_at, queued_at,
                              created_at, updated_at)
    SELECT id, gen_random_uuid(), owner_id, 'bluesky', 'queued', scheduled_at, scheduled_at, %(now)s, %(now)s, %(now)s
    FROM social_posts
"""
FILL_CONNECTIONS: LiteralString = """
    INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url, is_default)
    SELECT 'owner-' || n / 40, 'bluesky', n, 'handle', '', n %% 40 = 0
    FROM generate_series(0, 7999) AS n
"""
QUERIES = sql.load("minutehand.feeds")
COMMON: dict[str, Any] = {
    "owner_id": "owner-1",
    "created_by": "ada",
    "name": "Phone",
    "secret_hash": b"0" * 32,
    "feed_id": uuid4(),
    "max_feeds": 100,
    "max_characters": 500,
    "limit": 2_000,
    "since": START,
    "until": START + timedelta(days=30),
    "now": START,
}


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with postgres.clone(postgres_url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(WITHOUT_TRIGGERS)
        for statement in (FILL, FILL_POSTS, FILL_PUBLICATIONS, FILL_CONNECTIONS):
            connection.execute(statement, {"now": START})
        connection.execute("ANALYZE")
        yield connection


def kinds(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for child in plan.get("Plans", []):
        yield from kinds(child)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_statement_reads_no_table_as_a_whole(connection: psycopg.Connection[Any], name: str) -> None:
    explained = connection.execute(f"EXPLAIN (FORMAT JSON) {QUERIES[name].text}", COMMON).fetchone()
    assert explained is not None
    found = set(kinds(explained[0][0]["Plan"]))

    assert "Seq Scan" not in found
    assert any(kind.startswith(("Index", "Bitmap")) for kind in found)

"""The statements about API tokens use an index, so that their cost does not grow with the table."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from minutehand.runtime import sql
from tests.support import postgres
from tests.support.clock import START

TOKENS = 20_000
"""Enough tokens for a plan that reads all of them to cost more than one with an index. Each owner has as many as they
may have."""
FILL: LiteralString = """
    INSERT INTO api_tokens (owner_id, created_by, name, mode, scopes, beginning, secret_hash, created_at, expires_at)
    SELECT 'owner-' || n %% 80, 'person-' || n %% 400, 'Import', 'live', '{read}', 'mh_live_abcd',
           sha256(n::text::bytea), %(now)s + n * interval '1 second', %(now)s + interval '1 year'
    FROM generate_series(1, %(count)s) AS n
"""
AFTER = ("after_at", "after_id")
QUERIES = sql.load("minutehand.tokens")
COMMON: dict[str, Any] = {
    "now": START,
    "unused_since": START,
    "secret_hash": b"0" * 32,
    "token_id": uuid4(),
    "limit": 51,
    "max_tokens": 250,
    "name": "a",
    "mode": "live",
    "scopes": ["read"],
    "beginning": "a",
    "actor": "ada",
    "actor_name": "Ada",
    "expires_at": START + timedelta(days=1),
}


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with postgres.clone(postgres_url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL, {"now": START, "count": TOKENS})
        connection.execute("ANALYZE")
        yield connection


def nodes(connection: psycopg.Connection[Any], name: str, **parameters: Any) -> set[str]:
    """Return the kinds of the nodes in the plan of a statement."""
    explained = connection.execute(f"EXPLAIN (FORMAT JSON) {QUERIES[name].text}", COMMON | parameters).fetchone()
    assert explained is not None
    return set(_kinds(explained[0][0]["Plan"]))


def _kinds(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for child in plan.get("Plans", []):
        yield from _kinds(child)


@pytest.mark.parametrize("owner", ["owner-3", "nobody"])
@pytest.mark.parametrize("creator", [None, "person-3", "nobody"])
@pytest.mark.parametrize("name", ["use_token", "create", "revoke"])
def test_statement_reads_no_whole_table(
    connection: psycopg.Connection[Any], name: str, owner: str, creator: str | None
) -> None:
    found = nodes(connection, name, owner_id=owner, created_by=creator)

    assert not found & {"Seq Scan", "Parallel Seq Scan"}
    assert found & {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}


@pytest.mark.parametrize("owner", ["owner-3", "nobody"])
@pytest.mark.parametrize("creator", [None, "person-3", "nobody"])
@pytest.mark.parametrize("deep", [False, True])
def test_list_reads_only_the_tokens_of_its_owner(
    connection: psycopg.Connection[Any], owner: str, creator: str | None, deep: bool
) -> None:
    after = {"after_at": START + timedelta(hours=1), "after_id": uuid4()} if deep else dict.fromkeys(AFTER)

    found = nodes(connection, "page", owner_id=owner, created_by=creator, **after)

    assert not found & {"Seq Scan", "Parallel Seq Scan"}
    assert found & {"Index Scan", "Bitmap Index Scan"}

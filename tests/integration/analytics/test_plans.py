"""The statements about metrics use an index, so that their cost does not grow with the metrics."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from minutehand.analytics.work import CLAIM
from minutehand.runtime import sql
from tests.support import postgres
from tests.support.clock import START

PUBLICATIONS = 30_000
"""Enough publications for a plan that reads all of them to cost more than one with an index. A tenth of them is due at
some time, and each has three snapshots."""
FILL: list[LiteralString] = [
    "SET session_replication_role = replica",  # the rows need no posts
    """INSERT INTO publication_metrics
           (publication_id, owner_id, post_id, connection_id, platform, published_at, due_at)
       SELECT gen_random_uuid(), 'owner-' || n % 80, gen_random_uuid(), md5((n % 400)::text)::uuid,
              (ARRAY['bluesky', 'x', 'mastodon'])[1 + n % 3], start - n * interval '1 minute',
              CASE WHEN n % 10 = 0 THEN start + (n - 3000) * interval '1 minute' END
       FROM generate_series(1, 30000) AS n, (VALUES ('2026-03-02T09:00Z'::timestamptz)) AS at (start)""",
    """INSERT INTO metric_snapshots (publication_id, moment, owner_id, taken_at, metrics)
       SELECT publication_id, hours, owner_id, published_at + hours * interval '1 hour', '{}'
       FROM publication_metrics, (VALUES (1), (6), (24)) AS moments (hours)""",
    """INSERT INTO follower_readings (connection_id, owner_id, platform, due_at)
       SELECT gen_random_uuid(), 'owner-' || n % 80, 'bluesky', start + n * interval '1 minute'
       FROM generate_series(-100, 20000) AS n, (VALUES ('2026-03-02T09:00Z'::timestamptz)) AS at (start)""",
    """INSERT INTO follower_counts (connection_id, taken_at, owner_id, platform, followers, name)
       SELECT gen_random_uuid(), start - n * interval '1 minute', 'owner-' || n % 80, 'x', n, 'f'
       FROM generate_series(1, 20000) AS n, (VALUES ('2026-03-02T09:00Z'::timestamptz)) AS at (start)""",
    """INSERT INTO paid_reads (owner_id, day, platform, reads)
       SELECT 'owner-' || n % 80, '2026-03-02'::date - n / 80, 'x', 1 FROM generate_series(1, 20000) AS n""",
    "SET session_replication_role = DEFAULT",
    "VACUUM (ANALYZE)",  # an index is enough only for pages that the vacuum has visited
]
LARGE = {"publication_metrics", "metric_snapshots", "follower_readings", "follower_counts", "paid_reads"}
QUERIES = sql.load("minutehand.analytics")
ID, TIMES = uuid4(), [START]
PARAMETERS: dict[str, Any] = {
    **CLAIM,
    "platforms": ["bluesky", "mastodon"],
    "batches": [25, 20],
    "served": ["owner-1"],
    "oldest": START - timedelta(days=30),
    "now": START,
    "ids": [ID],
    "outcomes": ["read"],
    "moments": [1],
    "metrics": [None],
    "next_moments": [6],
    "due_at": TIMES,
    "connection_ids": [ID],
    "until": TIMES,
    "followers": [1],
    "names": ["f"],
    "subject": "account",
    "solved": [ID],
    "codes": ["c"],
    "reasons": ["r"],
    "owner_ids": ["owner-1"],
    "reads": [1],
    "budget": 10,
    "since": START.date(),
    "day": START.date(),
    "before": START - timedelta(days=10),
    "limit": 1_000,
    "owner_id": "owner-1",
    "post_id": ID,
    "platform": None,
    "campaign": None,
    "connection_id": None,
    "group_by": "campaign",
    "days": TIMES,
}

PERIOD = {"since": START - timedelta(days=2), "until": START}
OTHERS: dict[str, dict[str, Any]] = {
    "reserve_paid_reads": {"platforms": ["x"]},
    "sum_metrics": PERIOD,
    "list_followers": PERIOD,
}
"""The parameters of statements that mean something else by the same name."""


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with postgres.clone(postgres_url) as url, psycopg.connect(url, autocommit=True) as connection:
        for statement in FILL:
            connection.execute(statement)
        yield connection


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


@pytest.mark.parametrize("name", QUERIES)
def test_statement_reads_no_large_table_as_a_whole(connection: psycopg.Connection[Any], name: str) -> None:
    parameters = PARAMETERS | OTHERS.get(name, {})
    explained = connection.execute(f"EXPLAIN (FORMAT JSON) {QUERIES[name].text}", parameters).fetchone()

    assert explained is not None
    scanned = {node["Relation Name"] for node in _nodes(explained[0][0]["Plan"]) if node["Node Type"] == "Seq Scan"}
    assert scanned & LARGE == set()


@pytest.mark.parametrize("group_by", [None, "platform", "campaign", "day", "connection"])
def test_sums_of_a_period_read_one_index_and_no_rows_of_the_table(
    connection: psycopg.Connection[Any], group_by: str | None
) -> None:
    query = f"EXPLAIN (FORMAT JSON) {QUERIES['sum_metrics'].text}"
    explained = connection.execute(query, PARAMETERS | PERIOD | {"group_by": group_by}).fetchone()

    assert explained is not None
    scans = [
        (node["Node Type"], node.get("Index Name"))
        for node in _nodes(explained[0][0]["Plan"])
        if node.get("Relation Name") == "publication_metrics"
    ]
    assert scans == [("Index Only Scan", "publication_metrics_by_owner")]


def test_claim_reads_little_more_than_its_window(connection: psycopg.Connection[Any]) -> None:
    query = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {QUERIES['claim_publications'].text}"
    with connection.transaction(force_rollback=True):
        explained = connection.execute(query, PARAMETERS).fetchone()

    assert explained is not None
    plan = explained[0][0]["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 10_000

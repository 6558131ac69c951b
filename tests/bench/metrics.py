"""Measure the metrics: the calls of the collector in an hour, and the statements among ten million snapshots.

Usage: ``python -m tests.bench.metrics [--calls] [--statements] [--snapshots 10000000]``

``--calls``: 100,000 publications of the last 30 days are on one platform. The collector runs every five minutes of a
simulated hour, once with all of them on one account and once with 100 accounts. The readers of the platforms make their
real calls, to a stub that answers each with a valid response, and the calls are counted.

``--statements``: each statement of the metrics is explained and timed among the given number of snapshots of 100
owners. One owner has 100,000 publications of the last 30 days.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from statistics import median
from types import SimpleNamespace
from typing import Any, LiteralString

import httpx
import psycopg
from psutil import Process

from minutehand.analytics.account_reading import AccountReading
from minutehand.analytics.collector import Collector
from minutehand.analytics.work import CLAIM
from minutehand.platforms.catalog import DISPLAY_NAMES, PLATFORMS
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metrics
from minutehand.runtime.sql import Query
from tests.bench.server import server
from tests.support.clock import FakeClock

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PUBLICATIONS, ACCOUNTS = 100_000, 100
RUNS, INTERVAL = 12, timedelta(minutes=5)
ANSWERS: Mapping[str, Any] = {
    "instagram": {"media_product_type": "FEED", "like_count": 7, "data": []},
    "facebook": {"shares": {"count": 7}, "data": [{"name": "post_clicks", "values": [{"value": 7}]}]},
    "linkedin": {"elements": [{"count": 7}]},
    "threads": {"data": [{"name": "likes", "values": [{"value": 7}]}]},
    "pinterest": {"pin_metrics": {"lifetime_metrics": {"impression": 7}}},
}
"""A response that the reader of the platform accepts for every call, for the platforms that return one post."""

_EMPTY = Query("empty", "TRUNCATE social_posts, social_connections CASCADE")
_WITHOUT_TRIGGERS = Query("without_triggers", "SET session_replication_role = replica")
_ACCOUNTS = Query(
    "accounts",
    """WITH connected AS (
           INSERT INTO social_connections (id, owner_id, platform, account_id, handle, base_url, is_default)
           SELECT md5('c' || n)::uuid, 'owner-' || n, 'x', n::text, 'handle', '', true
           FROM generate_series(0, %(accounts)s - 1) AS n
           RETURNING id
       )
       INSERT INTO social_account_tokens (connection_id, ciphertext) SELECT id, 'sealed' FROM connected""",
)
_POSTS = Query(
    "posts",
    """INSERT INTO social_posts (id, content, platforms, status, posted_at, owner_id, created_by)
       SELECT md5('p' || n)::uuid, 'Post', '{x}', 'published', %(now)s, 'owner-' || n %% %(accounts)s, 'owner'
       FROM generate_series(1, %(count)s) AS n""",
)
_PUBLICATIONS = Query(
    "publications",
    """INSERT INTO publications (id, post_id, job_id, owner_id, platform, connection_id, state, due_at, next_attempt_at,
                                 queued_at, published_at, remote_id, part, sandbox)
       SELECT md5('u' || n)::uuid, md5('p' || n)::uuid, gen_random_uuid(), 'owner-' || n %% %(accounts)s, 'x',
              md5('c' || n %% %(accounts)s)::uuid, 'published', at, at, at, at, n::text, 1, false
       FROM (SELECT n, %(now)s - n * interval '30 days' / %(count)s AS at FROM generate_series(1, %(count)s) AS n)""",
)
_METRICS = Query(
    "metrics",
    """INSERT INTO publication_metrics
           (publication_id, owner_id, post_id, connection_id, platform, published_at, moment, due_at)
       SELECT id, owner_id, post_id, connection_id, platform, published_at, hours,
              published_at + hours * interval '1 hour'
       FROM publications
       CROSS JOIN LATERAL (
           SELECT hours FROM (VALUES (1), (6), (24), (72), (168), (720)) AS moments (hours)
           WHERE published_at + hours * interval '1 hour' >= %(now)s ORDER BY hours LIMIT 1
       )""",
)
_HOUR = Query(
    "hour",
    """CREATE TEMP TABLE hour AS
       SELECT publication_id, moment, due_at FROM publication_metrics WHERE due_at <= %(now)s + interval '1 hour'""",
)
_PLATFORM_OF_ACCOUNTS = Query(
    "platform_of_accounts", "UPDATE social_connections SET platform = %(platform)s, base_url = %(base)s"
)
_PLATFORM = Query(
    "platform",
    """UPDATE publication_metrics AS metrics
       SET platform = %(platform)s, moment = hour.moment, due_at = hour.due_at, tries = 0
       FROM hour WHERE metrics.publication_id = hour.publication_id""",
)
_NO_SNAPSHOTS = Query("no_snapshots", "TRUNCATE metric_snapshots")
_ANALYZE = Query("analyze", "ANALYZE")

OWNERS, DAYS = 100, 730
LARGE_OWNER, OWNER = "owner-0", "owner-1"
FILL: list[LiteralString] = [
    "SET session_replication_role = replica",  # the rows need no publications
    "SET synchronous_commit = off",
    """CREATE TEMP TABLE numbered AS
       SELECT n, lpad(to_hex(n), 32, '0')::uuid AS publication_id, lpad(to_hex(post), 32, '0')::uuid AS post_id,
              CASE WHEN is_large THEN 'owner-0' ELSE 'owner-' || 1 + post % 99 END AS owner_id,
              md5('c' || CASE WHEN is_large THEN n % 20 ELSE 20 + n % 990 END)::uuid AS connection_id,
              (ARRAY['bluesky', 'x', 'mastodon', 'instagram', 'linkedin'])[1 + n % 5] AS platform,
              now - CASE WHEN is_large THEN interval '30 days' ELSE interval '730 days' END * n / publications
                  AS published_at
       FROM (
           SELECT n, n / 4 AS post, n / 4 % 17 = 0 AS is_large, now, publications
           FROM (VALUES ('2026-11-29T00:00Z'::timestamptz, current_setting('bench.publications')::integer))
                    AS given (now, publications),
                generate_series(1, publications) AS n
       ) AS each""",
    """INSERT INTO social_posts (id, content, platforms, status, posted_at, owner_id, created_by, campaign)
       SELECT post_id, 'Post', ARRAY['x'], 'published', published_at, owner_id, 'owner',
              CASE WHEN n / 4 % 3 > 0 THEN 'Campaign ' || n / 4 % 40 END
       FROM numbered WHERE n % 4 = 0""",
    """INSERT INTO publication_metrics
           (publication_id, owner_id, post_id, connection_id, platform, published_at, moment, due_at, taken_at, metrics)
       SELECT publication_id, owner_id, post_id, connection_id, platform, published_at, next.hours,
              published_at + next.hours * interval '1 hour', now,
              jsonb_build_object(
                  'impressions', jsonb_build_object('value', n % 5000, 'unit', 'count', 'name', 'impression_count'),
                  'reactions', jsonb_build_object('value', n % 500, 'unit', 'count', 'name', 'like_count'),
                  'comments', jsonb_build_object('value', n % 150, 'unit', 'count', 'name', 'reply_count'),
                  'reposts', jsonb_build_object('value', n % 90, 'unit', 'count', 'name', 'retweet_count+quote_count'),
                  'saves', jsonb_build_object('value', n % 70, 'unit', 'count', 'name', 'bookmark_count'),
                  'user_profile_clicks', jsonb_build_object('value', n % 9, 'unit', 'count', 'name',
                                                            'user_profile_clicks'))
       FROM numbered
       CROSS JOIN (VALUES ('2026-11-29T00:00Z'::timestamptz)) AS given (now)
       LEFT JOIN LATERAL (
           SELECT hours FROM (VALUES (1), (6), (24), (72), (168), (720)) AS moments (hours)
           WHERE published_at + hours * interval '1 hour' >= now ORDER BY hours LIMIT 1
       ) AS next ON true""",
    """INSERT INTO metric_snapshots (publication_id, moment, owner_id, taken_at, metrics)
       SELECT publication_id, hours, owner_id, published_at + hours * interval '1 hour', metrics
       FROM publication_metrics, (VALUES (1), (6), (24), (72), (168), (720)) AS moments (hours)
       WHERE published_at + hours * interval '1 hour' < '2026-11-29T00:00Z'""",
    """INSERT INTO follower_counts (connection_id, taken_at, owner_id, platform, followers, name)
       SELECT connection_id, '2026-11-29T00:00Z'::timestamptz - day * interval '1 day', owner_id, platform, day, 'f'
       FROM (SELECT DISTINCT ON (connection_id) connection_id, owner_id, platform FROM numbered) AS connections,
            generate_series(1, 730) AS day""",
    "SET session_replication_role = DEFAULT",
    "VACUUM (ANALYZE)",
    "CHECKPOINT",
]
LARGE_TABLES = {"publication_metrics", "metric_snapshots", "follower_counts", "social_posts"}
MAX_MILLISECONDS = 300
"""The maximum CPU time of a statement."""
RUNS_OF_STATEMENT = 5
GROUPINGS = (None, "platform", "campaign", "day", "connection")
QUERIES = sql.load("minutehand.analytics")


def main() -> int:
    """Print the figures. Return 1 if a statement reads a large table as a whole or takes too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.metrics", description=__doc__)
    parser.add_argument("--calls", action="store_true", help="only count the calls of the collector")
    parser.add_argument("--statements", action="store_true", help="only time the statements")
    parser.add_argument("--snapshots", type=int, default=10_000_000, help="snapshots (default: %(default)s)")
    given = parser.parse_args()
    every, slow = given.calls == given.statements, list[str]()
    with server() as postgres:
        if given.calls or every:
            for accounts in (1, ACCOUNTS):
                with postgres.fresh() as url:
                    _calls(url, accounts)
        if given.statements or every:
            with postgres.fresh() as url:
                slow = _statements(url, given.snapshots)
    return 1 if slow else 0


def _calls(url: str, accounts: int) -> None:
    """Print the calls of an hour to each platform, if ``accounts`` accounts have published all publications there."""
    with closing(Database(lambda: url)) as db:
        db.fetch(_WITHOUT_TRIGGERS)
        given = {"accounts": accounts, "count": PUBLICATIONS, "now": NOW}
        for query in (_EMPTY, _ACCOUNTS, _POSTS, _PUBLICATIONS, _METRICS, _HOUR, _ANALYZE):
            db.fetch(query, **given)
        for platform in PLATFORMS:
            db.fetch(_PLATFORM_OF_ACCOUNTS, platform=platform, base=f"https://{platform}.example")
            db.fetch(_PLATFORM, platform=platform)
            db.fetch(_NO_SNAPSHOTS)
            made, read = _collect(db, platform)
            name = DISPLAY_NAMES[platform]
            _print(f"{accounts} account{'s' * (accounts > 1)} on {name}: {made:,} calls for {read:,} readings")


def _collect(db: Database, platform: str) -> tuple[int, int]:
    """Run the collector for an hour. Return the number of calls and of read publications."""
    clock, made = FakeClock(NOW), Counter[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        made[request.url.host] += 1
        return httpx.Response(200, json=_answer(platform, request))

    vault = SimpleNamespace(open=lambda *_: {"access_token": "a"})
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        reading = AccountReading(lambda: vault, lambda: client, clock)  # type: ignore[arg-type, return-value]
        collector = Collector(db, reading, clock, paid_reads_per_month=PUBLICATIONS * 6)
        read = 0
        for _ in range(RUNS):
            clock.advance(seconds=INTERVAL.total_seconds())
            report = collector.run(Metrics(), deadline=clock.now() + timedelta(minutes=4))
            if report.failed or report.missing:
                raise RuntimeError(f"{report.failed + report.missing} readings failed: the figures are invalid.")
            read += report.read
    return made.total(), read


def _answer(platform: str, request: httpx.Request) -> Any:
    query = request.url.params
    match platform:
        case "x":
            return {"data": [{"id": each, "public_metrics": {"like_count": 7}} for each in query["ids"].split(",")]}
        case "youtube":
            return {"items": [{"id": each, "statistics": {"likeCount": "7"}} for each in query["id"].split(",")]}
        case "tiktok":
            ids = json.loads(request.content)["filters"]["video_ids"]
            return {"data": {"videos": [{"id": each, "like_count": 7} for each in ids]}, "error": {"code": "ok"}}
        case "bluesky":
            return {"posts": [{"uri": each, "likeCount": 7} for each in query.get_list("uris")]}
        case "mastodon":
            return [{"id": each, "favourites_count": 7} for each in query.get_list("id[]")]
        case _:
            return ANSWERS[platform]


def _statements(url: str, snapshots: int) -> list[str]:
    """Explain and time each statement. Return those that are too slow or read a large table as a whole."""
    with psycopg.connect(url, autocommit=True) as connection:
        begun = time.monotonic()
        connection.execute("SELECT set_config('bench.publications', %s, false)", [str(snapshots * 17 // 100)])
        for statement in FILL:
            connection.execute(statement)
        for table in ("publication_metrics", "metric_snapshots"):
            [row] = connection.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}")
            _print(f"{table}: {row[0]:,} rows, {row[1] / 1e9:.1f} GB")
        _print(f"filled in {time.monotonic() - begun:.0f} s")
        return [name for name, title, each in _parameters() if not _explain(connection, name, title, each)]


def _explain(connection: psycopg.Connection[Any], name: str, title: str, parameters: Mapping[str, Any]) -> bool:
    """Print the times and the indexes of a statement, and return whether they are good.

    The CPU time decides, because other work on the machine does not change it.
    """
    text, taken = QUERIES[name].text, []
    with connection.transaction(force_rollback=True):
        explained = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", parameters).fetchone()
    assert explained is not None
    process = Process(connection.info.backend_pid)
    for _ in range(RUNS_OF_STATEMENT):
        with connection.transaction(force_rollback=True):
            used, begun = process.cpu_times(), time.perf_counter()
            connection.execute(text, parameters).fetchall()
            taken.append((time.perf_counter() - begun, sum(process.cpu_times()[:2]) - sum(used[:2])))
    lasted, cpu = (median(each) * 1000 for each in zip(*taken, strict=True))
    nodes = list(_nodes(explained[0][0]["Plan"]))
    indexes = sorted({node["Index Name"] for node in nodes if "Index Name" in node})
    whole = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} & LARGE_TABLES
    pages = nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"]
    warning = f"; reads all of {', '.join(sorted(whole))}" if whole else ""
    _print(f"{name}{title}: {lasted:.1f} ms, CPU {cpu:.0f} ms, {pages:,} pages, {', '.join(indexes)}{warning}")
    return not whole and cpu <= MAX_MILLISECONDS


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _parameters() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield each statement of the calls about metrics and of the collector, with a title and its parameters."""
    month = {"since": NOW - timedelta(days=30), "until": NOW, "platform": None, "connection_id": None}
    days = [NOW - timedelta(days=day) for day in range(30, 0, -1)]
    for owner, size in ((LARGE_OWNER, "100,000 publications"), (OWNER, "700 publications")):
        for group_by in GROUPINGS:
            given = {"campaign": None, "days": days, "group_by": group_by, "limit": 502}
            yield "sum_metrics", f" of {size} by {group_by or 'nothing'}", {**month, **given, "owner_id": owner}
        given = {"campaign": "Campaign 1", "days": days, "group_by": "platform", "limit": 502}
        yield "sum_metrics", f" of {size} of a campaign", {**month, **given, "owner_id": owner}
    yield "list_followers", "", {**month, "owner_id": LARGE_OWNER, "limit": 10_000}
    post = {"post_id": "00000000-0000-0000-0000-000000000063", "owner_id": OWNER}
    yield "measured_publications", "", post
    yield "snapshots", "", post
    every = list(PLATFORMS)
    batches = [PLATFORMS[platform].metrics_batch for platform in every]
    claim = {**CLAIM, "platforms": every, "batches": batches, "served": [], "oldest": NOW - timedelta(days=30)}
    yield "claim_publications", "", {**claim, "now": NOW + timedelta(minutes=5)}
    yield "prune_metrics", "", {"before": NOW - timedelta(days=729), "limit": 1_000}
    yield "prune_followers", "", {"before": NOW - timedelta(days=729), "limit": 1_000}


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

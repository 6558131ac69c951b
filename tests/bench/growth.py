"""Publish a million posts over a simulated year. Measure the database, and publish while a month is deleted.

Usage: ``python -m tests.bench.growth --posts 1000000 --minutes 60``

`tests.bench.year` lists the simulated parts. Autovacuum runs with the defaults of Postgres. The archiver does not run
in the last 30 days of the year. The events and attempts of this month are then deleted while publishers publish ten
posts each second. After the given minutes, the year ends early, and the figures state the number of posts.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any, cast

from minutehand.events.pruning import prune_history
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.drain import Call
from tests.bench.publishers import HORIZON, LEAD, Publishers, publishers
from tests.bench.server import Server, server
from tests.bench.year import DAYS, KEPT_DAYS, Year
from tests.support.factories import make_posts

MONTH = 30
SECONDS = 30
POSTS_A_SECOND = 10
AHEAD = timedelta(seconds=8)
MAX_DELAY = timedelta(milliseconds=50)
LONE_POSTS = 5

_LSN = Query("lsn", "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes")
_TABLES = Query(
    "tables",
    """SELECT relname AS name, pg_relation_size(relid) AS heap, pg_indexes_size(relid) AS indexes,
              pg_total_relation_size(relid) AS total, n_live_tup AS live, n_dead_tup AS dead, n_tup_upd AS updated,
              n_tup_hot_upd AS hot, autovacuum_count AS autovacuums
       FROM pg_stat_user_tables WHERE pg_total_relation_size(relid) > 1000000 ORDER BY total DESC""",
)
_AUTOVACUUM = Query("autovacuum", "SELECT sum(total_autovacuum_time) / 1000 AS seconds FROM pg_stat_user_tables")
_SIZE = Query("size", "SELECT pg_database_size(current_database()) AS bytes")


def main() -> int:
    """Print the figures. Return 1 if deleting delays a publish call by more than 50 ms."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000, help="posts of the year (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=60, help="end the year early (default: %(default)s)")
    given = parser.parse_args()
    with server() as postgres, postgres.fresh() as url:
        db = Database(lambda: url)
        _year(postgres, db, posts=given.posts, minutes=given.minutes)
        with publishers(url) as running:
            _lone_posts(db, running)
            delay = _pruning(db, Database(lambda: url), running)
        db.close()
    return 1 if delay > MAX_DELAY else 0


def _year(postgres: Server, db: Database, *, posts: int, minutes: float) -> None:
    """Publish the year, and print the size of the database and the costs of a post."""
    year, begun, used, wal, day = Year(db, posts), time.monotonic(), postgres.cpu_seconds(), _wal(db), 0
    for day in year.days():
        if time.monotonic() - begun > minutes * 60:
            break
        if day < DAYS - MONTH:
            year.archive()
        if day % MONTH == 0:
            _print(f"day {day}: {year.published:,} posts after {time.monotonic() - begun:.0f} s")
    published, wal, used = year.published, _wal(db) - wal, postgres.cpu_seconds() - used
    _print(f"{published:,} posts in {day + 1} days; {used * 1000 / published:.2f} ms of Postgres' CPU a post")
    _print(f"WAL: {wal / 1e9:.2f} GB, {wal / published:,.0f} bytes a post")
    _print_tables(db, published, "before VACUUM")
    if db.one(Query("version", "SELECT 1 WHERE current_setting('server_version_num')::integer >= 180000")):
        [row] = db.fetch(_AUTOVACUUM)
        _print(f"autovacuum: {row['seconds']:.0f} s in total")
    _print(f"VACUUM (ANALYZE): {_seconds(lambda: db.fetch(Query('vacuum', 'VACUUM (ANALYZE)'))):.1f} s")
    _print_tables(db, published, "after VACUUM")


def _print_tables(db: Database, posts: int, when: str) -> None:
    [size] = db.fetch(_SIZE)
    _print(f"database {when}: {size['bytes'] / 1e6:,.0f} MB, {size['bytes'] / posts:,.0f} bytes a post")
    for row in db.fetch(_TABLES):
        hot = f"{row['hot'] / row['updated']:.0%}" if row["updated"] else "-"
        _print(
            f"  {row['name']}: {row['heap'] / 1e6:,.0f} MB and {row['indexes'] / 1e6:,.0f} MB of indexes; "
            f"{row['live']:,} rows, {row['dead']:,} dead; {row['updated']:,} updates, {hot} HOT; "
            f"{row['autovacuums']} autovacuums"
        )


def _lone_posts(db: Database, running: Publishers) -> None:
    """Print the WAL of one post right after a checkpoint, when each page that it changes is logged as a whole."""
    taken = []
    for _ in range(LONE_POSTS):
        db.fetch(Query("checkpoint", "CHECKPOINT"))
        wal = _wal(db)
        _stream(db, running, seconds=1, posts=1)
        taken.append(_wal(db) - wal)
    _print(f"WAL of one post right after a checkpoint: {median(taken) / 1000:.0f} kB (median of {LONE_POSTS})")


def _pruning(db: Database, archiver: Database, running: Publishers) -> timedelta:
    """Publish without and with the deletion, print both, and return the longest delay that the deletion causes."""
    without = [began - due for due, (began, _) in _stream(db, running, seconds=SECONDS, posts=POSTS_A_SECOND)]
    done: list[tuple[datetime, datetime, Any]] = []

    def prune() -> None:
        began, clock = datetime.now(UTC), SystemClock()
        pruned = prune_history(archiver, clock, days=KEPT_DAYS, deadline=began + timedelta(minutes=10))
        done.append((began, datetime.now(UTC), pruned))

    thread = threading.Timer((AHEAD - LEAD).total_seconds(), prune)
    thread.start()
    calls = _stream(db, running, seconds=SECONDS, posts=POSTS_A_SECOND)
    thread.join()
    archiver.close()
    [(began, ended, pruned)] = done
    during = [call[0] - due for due, call in calls if began <= due <= ended]
    _print(
        f"deleted: {pruned.events:,} events and {pruned.attempts:,} attempts in {(ended - began).total_seconds():.1f} s"
    )
    if not during:
        sys.exit("No post was due during the deletion. Repeat the run with more posts (--posts).")
    delay = max(during) - max(without)
    _print(f"publish calls without it: {_lateness(without)}")
    _print(f"publish calls meanwhile:  {_lateness(during)}")
    _print(f"longest delay by the deletion: {delay.total_seconds() * 1000:.1f} ms; at most 50 ms: {delay <= MAX_DELAY}")
    return delay


def _stream(db: Database, running: Publishers, *, seconds: int, posts: int) -> list[tuple[datetime, Call]]:
    """Publish ``posts`` posts in each second, and return the time of each post with its publish call."""
    first = datetime.now(UTC).replace(microsecond=0) + (AHEAD if seconds > 1 else timedelta(seconds=2))
    dues = [first + timedelta(seconds=number) for number in range(seconds)]
    for due in dues:
        make_posts(db, posts, due=due)
    sqs = AcceptingSqs()
    outbox = Outbox(cast("Any", sqs), "queue", lead=LEAD)
    deadline = datetime.now(UTC) + timedelta(seconds=55)
    tick(db, outbox, SystemClock(), horizon=HORIZON, policy=Policy("sandbox"), deadline=deadline)
    rows = db.fetch(
        Query("due", "SELECT id, due_at FROM publications WHERE id = ANY(%(ids)s)"), ids=sqs.publication_ids
    )
    calls = []
    for due in dues:
        reports = running.publish([row["id"] for row in rows if row["due_at"] == due], due=due)
        calls += [(due, call) for report in reports for call in report.calls]
    if len(calls) != seconds * posts:
        raise RuntimeError(f"Of {seconds * posts} posts, {len(calls)} were published: the figures are invalid.")
    return calls


def _lateness(late: list[timedelta]) -> str:
    milliseconds = sorted(each.total_seconds() * 1000 for each in late)
    p99 = quantiles(milliseconds, n=100)[98]
    worst = milliseconds[-1]
    return f"{len(late)} calls, late p50 {median(milliseconds):.1f} ms, p99 {p99:.1f} ms, at most {worst:.1f} ms"


def _wal(db: Database) -> int:
    return int(db.fetch(_LSN)[0]["bytes"])


def _seconds(run: Callable[[], object]) -> float:
    begun = time.monotonic()
    run()
    return time.monotonic() - begun


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - shows the progress


if __name__ == "__main__":
    sys.exit(main())

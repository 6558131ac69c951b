"""The cost of a month in the calendar, by its number of posts, and of searches among a million posts."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from minutehand.posts.calendar import entries
from minutehand.posts.forms.calendar import CalendarQuery
from minutehand.posts.forms.list import PostQuery
from minutehand.posts.listing import page
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.response import success
from minutehand.runtime.sql import Query
from tests.bench.row import Row
from tests.bench.server import MILLION, Server

RUNS = 15
POSTS = 2_000
MAX_MILLISECONDS_PER_POST = 0.05
MAX_SEARCH_MILLISECONDS = 100.0
READER = Identity("calendar", "calendar")
SEARCHES = {"a common word": "post", "a rare word": "post 77777", "no word": "nowhere"}

_MONTH = Query(
    "month",
    """WITH posts AS (
           INSERT INTO social_posts (content, platforms, status, scheduled_at, posted_at, owner_id, created_by, job_id)
           SELECT repeat('The kiln is warm. ', 12), '{bluesky,x}', 'published',
                  %(since)s::timestamptz + n * '10 min'::interval, now(), 'calendar', 'calendar', gen_random_uuid()
           FROM generate_series(1, %(posts)s) AS n
           RETURNING *
       )
       INSERT INTO publications (post_id, job_id, owner_id, platform, sandbox, state, due_at, next_attempt_at,
                                 queued_at, published_at)
       SELECT id, job_id, owner_id, unnest(platforms), true, 'published', scheduled_at, scheduled_at, scheduled_at,
              scheduled_at
       FROM posts""",
)


def rows(server: Server) -> list[Row]:
    """Time a full and an empty month, and searches of an owner with half a million posts."""
    db, since = server.with_history(MILLION), datetime(2030, 1, 1, tzinfo=UTC)
    db.fetch(_MONTH, since=since, posts=POSTS)
    full, empty = (_milliseconds(partial(_month, db, at)) for at in (since, since + timedelta(days=365)))
    each = (full - empty) / POSTS
    searches = {name: _milliseconds(partial(_search, db, q)) for name, q in SEARCHES.items()}
    worst = max(searches, key=lambda name: searches[name])
    return [
        Row(
            f"calendar of {POSTS:,} posts, for each post",
            f"{each:.3f} ms ({full:.1f} ms; empty month: {empty:.1f} ms)",
            f"at most {MAX_MILLISECONDS_PER_POST} ms",
            each <= MAX_MILLISECONDS_PER_POST,
            {"full_milliseconds": full, "empty_milliseconds": empty},
        ),
        Row(
            f"searches among {MILLION:,} posts",
            f"{searches[worst]:.1f} ms (worst of {len(searches)}: {worst})",
            f"at most {MAX_SEARCH_MILLISECONDS:g} ms",
            searches[worst] <= MAX_SEARCH_MILLISECONDS,
            searches,
        ),
    ]


def _milliseconds(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def _month(db: Database, since: datetime) -> None:
    period = {"from": since.isoformat(), "to": (since + timedelta(days=31)).isoformat()}
    success(entries(db, READER, CalendarQuery.model_validate(period)))


def _search(db: Database, text: str) -> None:
    page(db, Identity("ada", "ada"), PostQuery(q=text))

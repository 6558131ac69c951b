"""The cost of a statement with statistics that Postgres collected earlier, as during a burst of posts.

Postgres chooses a plan by its statistics, and may have collected them at any moment. A plan that is fast with the
statistics of one moment can read a whole table with those of another. The cost is the number of pages and rows that a
statement reads, which does not depend on the load of the machine.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import Jsonb

from minutehand.runtime.db import Database, as_json
from minutehand.runtime.sql import Query
from tests.support import bulk_posts, postgres
from tests.support.clock import START
from tests.support.statements import statements


class Cost(NamedTuple):
    """The numbers of pages and of rows that a statement reads."""

    pages: int
    rows: int

    def exceeds(self, limit: "Cost") -> bool:
        """Return whether either number exceeds ``limit``."""
        return self.pages > limit.pages or self.rows > limit.rows


MOMENTS = ["empty", "burst", "quiet", "full"]
"""The moments at which statistics are collected: before the first post, during the first burst, with only posts that
have ended or are due later, or at the end.
"""
FEATURES = ["publishing", "queue", "posts"]
TEN = 10
"""The number of publications in a batch, and of rows in a page."""
_WRITES_TEN = Cost(450, 100)
"""The limit of a statement that writes ten rows, and their entries in each index."""
_LIMIT = Cost(200, 100)
"""The limit of a statement that `_LIMITS` does not name."""
_LIMITS = {
    "publishing.lease": _WRITES_TEN,
    "publishing.save": _WRITES_TEN,
    "publishing.arm": _WRITES_TEN,
    "publishing.record": _WRITES_TEN,
    "queue.assign_slots": _WRITES_TEN,
    "queue.give_up": _WRITES_TEN,
    "queue.mark_sent": _WRITES_TEN,
    "queue.resend": _WRITES_TEN,
    "posts.archive_older": _WRITES_TEN,
    "publishing.list_due": Cost(400, 400),  # reads a hundred publications, and the first ones of other owners
}
_PROPORTIONAL = dict.fromkeys(
    ["queue.claim_due", "queue.requeue_lost", "queue.release_held", "queue.count_planned"],
    """SELECT (SELECT count(*) FROM social_posts WHERE status = 'scheduled')
              + (SELECT count(*) FROM publications WHERE state IN ('queued', 'publishing', 'processing', 'held'))""",
) | {"queue.hold_paused": "SELECT (SELECT count(*) FROM social_posts) + (SELECT count(*) FROM publications)"}
"""The statements that may read all open publications or scheduled posts, and the queries that count these rows. A pause
is rare and may read both tables.
"""
_TOKEN = UUID(int=7)

_QUEUED: LiteralString = """UPDATE publications SET state = 'queued', leases = 0, lease_token = NULL, lease_until = NULL
                           WHERE state IN ('publishing', 'held')"""
_SCENE: list[LiteralString] = [
    """UPDATE publications SET state = 'held'
       WHERE state = 'queued' AND id IN (SELECT id FROM publications ORDER BY md5(id::text) LIMIT 500)""",
    """UPDATE publications SET state = 'publishing', leases = 1, lease_until = due_at + interval '90 seconds',
                               lease_token = '00000000-0000-0000-0000-000000000007'
       WHERE id IN (SELECT id FROM publications WHERE state = 'queued' ORDER BY md5(id::text) LIMIT 100)""",
    """WITH second AS (
           UPDATE publications SET part = 2
           WHERE id IN (SELECT id FROM publications WHERE state = 'queued' ORDER BY id LIMIT 10)
           RETURNING *
       )
       INSERT INTO publications (post_id, job_id, owner_id, platform, sandbox, state, due_at, next_attempt_at,
                                 queued_at, published_at, remote_id, part)
       SELECT post_id, job_id, owner_id, platform, sandbox, other.state, due_at, next_attempt_at, queued_at, due_at,
              'first', other.part
       FROM second CROSS JOIN (VALUES ('published', 1), ('waiting', 3)) AS other (state, part)""",
    """INSERT INTO events (post_id, owner_id, actor, type, at)
       SELECT id, owner_id, owner_id, 'post.created', created_at FROM social_posts""",
    """INSERT INTO publication_attempts (publication_id, attempt, event, at)
       SELECT id, 1, 'began', due_at FROM publications""",
]


@contextmanager
def database(server_url: str, moment: str, posts: int) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to a database with ``posts`` posts and the statistics of ``moment``, one of `MOMENTS`.

    A quarter of the posts, and at most 5,000, are due now, and their publications are open. During the burst, none of
    them had a publisher.
    """
    burst = min(5_000, posts // 4)
    with (
        postgres.clone(server_url) as url,
        closing(Database(lambda: url)) as db,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        parts: dict[str, tuple[int, int]] = {"burst": (1, burst), "quiet": (burst + 1, posts)}
        if moment == "empty":
            connection.execute("ANALYZE")
        for part in sorted(parts, key=moment.__ne__):  # the part at whose end the statistics are collected is first
            first, last = parts[part]
            bulk_posts.insert(db, last, queued=burst, now=START, first=first)
            connection.execute(_QUEUED)
            if moment == part:
                connection.execute("ANALYZE")
        for statement in _SCENE:
            connection.execute(statement)
        if moment == "full":
            connection.execute("ANALYZE")
        yield connection


def excesses(connection: psycopg.Connection[Any], feature: str) -> dict[str, Cost]:
    """Return the costs of the statements of ``feature`` that exceed their limits.

    A prepared statement is also run with the generic plan, which does not depend on the values of its parameters. Its
    name then ends with "generic".
    """
    samples = Samples(connection)
    found: dict[str, Cost] = {}
    for name, query in statements().items():
        if not name.startswith(f"{feature}."):
            continue
        parameters = samples.parameters(name)
        for generic in (False, True) if query.prepared else (False,):
            if (spent := cost(connection, query, parameters, generic=generic)).exceeds(limit(connection, name)):
                found[f"{name} generic" if generic else name] = spent
    return found


def limit(connection: psycopg.Connection[Any], name: str) -> Cost:
    """Return the maximum cost of the statement."""
    if count := _PROPORTIONAL.get(name):
        rows = _one(connection, count)
        return Cost(2 * rows, 2 * rows)
    return _LIMITS.get(name, _LIMIT)


def cost(connection: psycopg.Connection[Any], query: Query, parameters: dict[str, Any], *, generic: bool) -> Cost:
    """Run ``query``, roll it back, and return its cost. ``generic``: use the generic plan."""
    explain = "EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON)"
    with connection.transaction(force_rollback=True):
        if not generic:
            [[found]] = connection.execute(f"{explain} {query.text}", parameters).fetchall()
        else:
            values = _prepare(connection, query, parameters)
            marks = f"({', '.join(['%s'] * len(values))})" if values else ""
            connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            [[found]] = (
                psycopg.ClientCursor(connection).execute(f"{explain} EXECUTE prepared {marks}", values).fetchall()
            )
            connection.execute("DEALLOCATE prepared")
    plan = found[0]["Plan"]
    return Cost(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], round(_rows_read(plan)))


def _rows_read(plan: dict[str, Any]) -> float:
    """Return how many rows the nodes of ``plan`` read from tables, including those that they leave out."""
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    own = (
        sum(plan.get(kind, 0) for kind in kinds) * plan["Actual Loops"]
        if "Scan" in plan["Node Type"] and "Relation Name" in plan
        else 0
    )
    return float(own + sum(map(_rows_read, plan.get("Plans", []))))


def _prepare(connection: psycopg.Connection[Any], query: Query, parameters: dict[str, Any]) -> list[Any]:
    """Prepare ``query`` as psycopg does, under the name "prepared", and return the values of its parameters."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    text = re.sub(r"%\((\w+)\)s|%%", number, query.text)
    values = [parameters[name] for name in names]
    transformer = Transformer(connection)
    transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
    result = connection.pgconn.prepare(b"prepared", text.encode(), transformer.types)
    assert result.status == psycopg.pq.ExecStatus.COMMAND_OK, result.error_message
    return values


def _one(connection: psycopg.Connection[Any], query: str, *parameters: object) -> Any:
    row = connection.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]


class Samples:
    """Parameters with which each statement does its usual work, for ten publications or for a page of ten rows."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._common = self._of_all()
        self._own = self._of_each()

    def parameters(self, name: str) -> dict[str, Any]:
        """Return the parameters of the statement, and others."""
        return self._common | self._own.get(name, {})

    def _of_all(self) -> dict[str, Any]:
        minute, day = timedelta(minutes=1), timedelta(days=1)
        queued = self._publications("queued")
        times: dict[str, Any] = {"now": START, "until": START + 2 * minute, "soon": START + minute / 10}
        times |= dict.fromkeys(["since", "overdue_since", "lost_since", "unsent_since"], START - minute)
        times |= {"lease_until": START + 2 * minute, "before": START - day, "days_old": 1, "window": 86_400}
        times |= {"min_part_window": 60 * minute, "scheduled_at": START + day}
        people: dict[str, Any] = {"owner_id": "ada", "actor": "ada", "actor_name": None, "owners": ["ada"]}
        limits: dict[str, Any] = {
            "limit": TEN,
            "skip": 0,
            "max_found": 1_000,
            "max_characters": 140,
            "max_open_posts": TEN,
        }
        limits |= {"max_publications": 100, "max_owners": 100, "others_only": False, "after": "", "in_hand": [1]}
        filters = dict.fromkeys(
            ["platform", "campaign", "failure_code", "connection_id", "status", "statuses", "words"]
        )
        filters |= dict.fromkeys(["substrings", "after_at", "after_id", "approval_status", "version", "comment"])
        filters |= dict.fromkeys(["assumed_timezone"])
        post: dict[str, Any] = {
            "content": "Post 5",
            "platforms": ["bluesky"],
            "connection_ids": [],
            "connection_platforms": [],
        }
        post |= {"media_urls": [], "alt_texts": [], "platform_options": {}, "variants": {}, "approval_required": False}
        found: dict[str, Any] = {"published": True, "permalinks": None, "codes": "broken", "reasons": "It broke."}
        found |= {"seen": START, "slots": START + minute}
        return (
            {
                "ids": queued,
                "ended": [],
                "single": [],
                "token": _TOKEN,
                "crashed": False,
                "id": self._publications("publishing")[0],
            }
            | {"post_id": self._posts("scheduled")[0], "post_ids": self._posts("published"), "remote_id": "first"}
            | {"job_id": _one(self._connection, "SELECT job_id FROM publications WHERE id = %s", queued[0])}
            | {"metric_names": ["reactions"], "names": Jsonb({}), "unconnected": "sandbox", "confirmed": ["bluesky"]}
            | {
                "may_lift": True,
                "scope": "platform",
                "target": "x",
                "reason": "Wait.",
                "columns": ["content"],
                "values": Jsonb(post),
            }
            | {name: [value] * TEN for name, value in found.items()}
            | (times | people | limits | filters | post)
        )

    def _of_each(self) -> dict[str, dict[str, Any]]:
        publishing, queued = self._publications("publishing"), self._publications("queued")
        posts = [
            _one(self._connection, "SELECT post_id FROM publications WHERE id = %s", publication)
            for publication in queued
        ]
        later: dict[str, Any] = {"since": START, "until": START + timedelta(days=31)}
        lists: dict[str, Any] = {"since": None, "until": None}
        own: dict[str, dict[str, Any]] = {
            f"publishing.{name}": {"ids": publishing, "ended": posts, "single": posts}
            for name in ("save", "arm", "record", "not_leased")
        }
        handles = as_json([{"id": publication, "handles": {}} for publication in publishing])
        outcome: dict[str, Any] = {"event": "published", "state": "published", "attempts": 1, "reconciliations": 0}
        outcome |= {"armed": True, "next_attempt_at": None, "reuse_message": False, "retrying_since": None}
        outcome |= {"remote_id": "there", "permalink": None, "code": "broken", "reason": "It broke."}
        outcomes = as_json([{"id": publication, **outcome} for publication in publishing])
        own["publishing.save"] |= {"handles": handles}
        own["publishing.arm"] |= {"handles": handles}
        own["publishing.record"] |= {"outcomes": outcomes}
        own |= {f"queue.{name}": {"ids": posts} for name in ("lock_posts", "release_parts")}
        own |= {
            "queue.finish_posts": {"ids": posts, "status": "queued"},
            "queue.confirm": {"ids": self._publications("unknown")},
            "queue.claim_due": {"until": START + timedelta(days=2), "post_id": None, "owner_id": None},
            "queue.take_back": {"post_id": posts[0]},
            "queue.return_to_draft": {"post_id": self._posts("failed")[0]},
            "queue.return_to_scheduled": {"post_id": self._posts("failed")[0]},
            "posts.update": {"names": ["content"], "published": ["content"]},
            "posts.archive": {"post_id": self._posts("published")[0]},
            "posts.decide": {"approval_status": "approved"},
            "posts.plan": later,
            "posts.calendar": later,
        }
        for order in ("newest", "oldest", "scheduled", "latest"):
            own[f"posts.list_{order}"] = lists
            own[f"posts.several_{order}"] = lists | {"statuses": ["draft", "failed"]}
            own[f"posts.search_{order}"] = lists | {"words": "post 12345"}
        return own

    def _publications(self, state: str) -> list[UUID]:
        query: LiteralString = "SELECT id FROM publications WHERE state = %s ORDER BY id LIMIT %s"
        return [row[0] for row in self._connection.execute(query, [state, TEN])]

    def _posts(self, status: str) -> list[UUID]:
        query: LiteralString = "SELECT id FROM social_posts WHERE owner_id = 'ada' AND status = %s ORDER BY id LIMIT %s"
        return [row[0] for row in self._connection.execute(query, [status, TEN])]

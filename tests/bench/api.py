"""Warm calls of the API, compared with a bare psycopg loop that runs the same statements in the same round trips.

The loop converts the rows to Python values, JSON included. It validates no request, and builds neither a response nor a
log line.
"""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median
from typing import Any, NamedTuple

import psycopg

from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.recording import RecordingDatabase, Trip, repeat
from tests.bench.row import Row
from tests.bench.server import ON_THEIR_WAY, Server
from tests.support import api, cold_start
from tests.support.bulk_posts import fill

POSTS = 1_000
CALLS = 100
"""The calls of a round."""
ROUNDS = 9
TAKE = 50
MAX_RATIOS = {"create_post": 1.6, "get_post": 1.6, "list_posts": 2.0}
CALL, LOOP = "call", "loop"

type Event = dict[str, Any]


class Cost(NamedTuple):
    """The cost of a call: CPU seconds of Python and of Postgres, and elapsed seconds."""

    python: float
    postgres: float
    elapsed: float

    @property
    def cpu(self) -> float:
        """The CPU seconds of both."""
        return self.python + self.postgres


def rows(server: Server) -> list[Row]:
    """Measure each call and its loop in alternated rounds."""
    with server.fresh() as url:
        db = Database(lambda: url)
        fill(db, POSTS, queued=ON_THEIR_WAY, now=datetime.now(UTC))
        db.close()
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, context, _start, (url,)) as process:
            return [_row(server, process, name) for name in MAX_RATIOS]


def _row(server: Server, process: Executor, name: str) -> Row:
    process.submit(_record, name).result()
    costs: dict[str, list[Cost]] = {CALL: [], LOOP: []}
    for number in range(ROUNDS):
        for what in (CALL, LOOP) if number % 2 else (LOOP, CALL):
            used = server.cpu_seconds()
            python, elapsed = process.submit(_run, name, what).result()
            postgres = server.cpu_seconds() - used
            costs[what].append(Cost(*(seconds / CALLS for seconds in (python, postgres, elapsed))))
    call, loop = (Cost(*map(median, zip(*costs[what], strict=True))) for what in (CALL, LOOP))
    ratio = call.cpu / loop.cpu
    return Row(
        f"warm {name} / a psycopg loop with its statements, CPU",
        f"{ratio:.2f}x ({_shown(call)} / {_shown(loop)}; {call.elapsed / loop.elapsed:.2f}x elapsed)",
        f"at most {MAX_RATIOS[name]}x",
        ratio <= MAX_RATIOS[name],
        {what: [cost._asdict() for cost in each] for what, each in costs.items()},
    )


def _shown(cost: Cost) -> str:
    return f"Python {cost.python * 1000:.2f} + Postgres {cost.postgres * 1000:.2f} ms"


class _Contest:
    """The functions and the loop, in a process whose log lines go nowhere."""

    def __init__(self, url: str) -> None:
        self._db = RecordingDatabase(lambda: url)
        self._loop = psycopg.connect(url, autocommit=True, prepare_threshold=sys.maxsize)
        self._loops: dict[str, Iterator[list[Trip]]] = {}
        self._numbers = count()
        self._functions = {
            name: cold_start.start(
                name,
                environ=cold_start.ENVIRON | {"REQUESTS_PER_MINUTE": "1000000000"},
                openers={open_database: lambda _: self._db},
            ).function
            for name in MAX_RATIOS
        }
        listed = self._db.fetch(Query("listed", "SELECT id FROM social_posts WHERE owner_id = 'ada' ORDER BY id"))
        self._ids = [str(row["id"]) for row in listed]

    def record(self, name: str) -> None:
        """Record the statements of as many calls as the loop repeats, and undo what the calls have created."""
        recordings = []
        for event in self._events(name, ROUNDS * CALLS):
            with self._db.recording() as trips:
                self._call(name, event)
            recordings.append(trips)
        self._loops[name] = iter(recordings)
        self._db.fetch(Query("forget", "DELETE FROM social_posts WHERE content LIKE 'A warm call %%'"))

    def run(self, name: str, what: str) -> tuple[float, float]:
        """Run a round, and return its CPU seconds and its elapsed seconds."""
        work: Callable[[Any], object]
        if what == CALL:
            items: list[Any] = self._events(name, CALLS)
            work = lambda event: self._call(name, event)  # noqa: E731
        else:
            items = [next(self._loops[name]) for _ in range(CALLS)]
            work = lambda trips: repeat(self._loop, trips)  # noqa: E731
        cpu, begun = time.process_time(), time.perf_counter()
        for item in items:
            work(item)
        return time.process_time() - cpu, time.perf_counter() - begun

    def _call(self, name: str, event: Event) -> None:
        answer = self._functions[name](event, api.CONTEXT)
        if answer["statusCode"] not in (200, 201):
            raise RuntimeError(f"{name} answered {answer}: the figures are invalid.")

    def _events(self, name: str, number: int) -> list[Event]:
        return [self._event(name, next(self._numbers)) for _ in range(number)]

    def _event(self, name: str, number: int) -> Event:
        event = api.sample(name)
        event["requestContext"]["authorizer"] |= {"principalId": "ada", "userId": "ada", "ownerId": "ada"}
        match name:
            case "create_post":
                at = datetime.now(UTC) + timedelta(days=30, minutes=number)
                body = {"content": f"A warm call {number}", "platforms": ["bluesky"], "scheduledAt": at.isoformat()}
                event["headers"].pop("idempotency-key")
                return event | {"body": json.dumps(body)}
            case "get_post":
                query = {"postId": self._ids[number % len(self._ids)]}
            case _:
                query = {"take": str(TAKE)}
        return event | {
            "queryStringParameters": query,
            "multiValueQueryStringParameters": {key: [value] for key, value in query.items()},
        }


def _start(url: str) -> None:
    global _contest
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _contest = _Contest(url)


def _record(name: str) -> None:
    _contest.record(name)


def _run(name: str, what: str) -> tuple[float, float]:
    return _contest.run(name, what)


_contest: _Contest

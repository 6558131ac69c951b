"""Writers and readers of the events of one owner, who work at the same time, and a check of what the readers saw."""

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

import psycopg

from minutehand.events.forms import EventQuery
from minutehand.events.reading import page
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from tests.support import postgres

ADA = Identity("ada", "ada")
ROLLED_BACK = 0.1
"""The share of transactions that write an event and roll back."""
_WRITE = """
    WITH post AS (
        UPDATE social_posts SET version = version + 1 WHERE id = %s RETURNING id, owner_id, version
    )
    INSERT INTO events (owner_id, actor, type, post_id, data, at)
    SELECT owner_id, owner_id, 'post.updated', id, jsonb_build_object('version', version), now() FROM post
    RETURNING id
"""


@dataclass
class Written:
    """The ids of the committed events, each with the time of its commit in seconds."""

    events: dict[int, float] = field(default_factory=dict)


@dataclass
class Follower:
    """A client that reads all events, call by call. ``seen``: the id, post and version of each event, in order."""

    cursor: str | None = None
    seen: list[tuple[int, UUID, int]] = field(default_factory=list)
    times: dict[int, float] = field(default_factory=dict)

    def follow(self, db: Database) -> bool:
        """Make one call, and return whether there are more events."""
        query = {"take": "50"} if self.cursor is None else {"take": "50", "after": self.cursor}
        answer = page(db, ADA, EventQuery.model_validate(query))
        for event in answer["events"]:
            self.seen.append((int(event["id"]), UUID(event["postId"]), event["data"]["version"]))
            self.times.setdefault(int(event["id"]), time.monotonic())
        self.cursor = answer["pagination"]["nextCursor"]
        more: bool = answer["pagination"]["hasMore"]
        return more

    def catch_up(self, url: str) -> None:
        """Read until there are no more events."""
        db = Database(lambda: url)
        while self.follow(db):
            pass
        db.close()


def run(
    url: str, posts: Sequence[UUID], followers: Iterable[Follower], *, writers: int, seconds: float, max_delay: float
) -> Written:
    """Let ``writers`` write events for some seconds while each follower reads. Return the committed events.

    Each transaction waits between its event and its commit, for up to ``max_delay`` seconds. Some roll back.
    """
    written, stop = Written(), threading.Event()
    until = time.monotonic() + seconds

    def write(number: int) -> None:
        random = Random(number)
        with psycopg.connect(url) as connection:
            while time.monotonic() < until:
                row = connection.execute(_WRITE, [random.choice(posts)]).fetchone()
                assert row is not None
                time.sleep(random.uniform(0, max_delay) * random.choice((0, 0.1, 1)))
                if random.random() < ROLLED_BACK:
                    connection.rollback()
                else:
                    connection.commit()
                    written.events[row[0]] = time.monotonic()

    def read(follower: Follower) -> None:
        db = Database(lambda: url)
        while not stop.is_set():
            if not follower.follow(db):
                time.sleep(0.02)
        db.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    readers = [threading.Thread(target=read, args=(follower,)) for follower in followers]
    for thread in (*threads, *readers):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    return written


def faults(follower: Follower, written: Iterable[int]) -> list[str]:
    """Return what the follower missed, saw twice, or saw in the wrong order. The events of a post must come in the
    order of its versions.
    """
    times = Counter(event for event, _, _ in follower.seen)
    found = [f"missed {event}" for event in sorted(set(written) - times.keys())]
    found += [f"not committed {event}" for event in sorted(times.keys() - set(written))]
    found += [f"twice {event}" for event, number in times.items() if number > 1]
    versions: dict[UUID, int] = {}
    for event, post, version in follower.seen:
        if version != versions.get(post, 1) + 1:
            found.append(f"event {event} has version {version} of a post after version {versions.get(post, 1)}")
        versions[post] = version
    return found


@contextmanager
def restored(url: str, folder: Path) -> Iterator[str]:
    """Dump the database ``url``, and yield the URL of a copy that was restored into a new cluster."""
    dump = folder / "dump"
    _call("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", url)
    with postgres.embedded_server(folder / "restored") as copy:
        _call("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={copy}", str(dump))
        yield copy


def _call(program: str, *arguments: str) -> None:
    subprocess.run([str(postgres.program(program)), *arguments], check=True, stdout=subprocess.DEVNULL)

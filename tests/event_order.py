"""Lets 200 writers and three readers work on the events of one owner for a minute, and restores a dump in between.

`make soak` runs it; the tests run a smaller one.
"""

import sys
import tempfile
from pathlib import Path
from uuid import UUID

from minutehand.runtime.db import Database
from tests.support import postgres
from tests.support.clock import START
from tests.support.event_log import Follower, Written, faults, restored, run
from tests.support.factories import make_post

WRITERS = 200
MAX_DELAY = 5.0
SECONDS = 60.0


def main() -> int:
    """Run before and after a restore. Return 1 if a reader missed an event, or saw one twice or in the wrong order."""
    with (
        tempfile.TemporaryDirectory(prefix="minutehand-") as folder,
        postgres.embedded_server(Path(folder) / "postgres", max_connections="300") as server_url,
        postgres.template(server_url),
        postgres.clone(server_url) as url,
    ):
        db = Database(lambda: url)
        posts = [make_post(db, now=START) for _ in range(WRITERS)]
        db.close()
        readers = [Follower(), Follower(), Follower()]
        before = _run(url, posts, readers)
        for reader in readers[1:]:  # the first reader goes on after the restore
            reader.catch_up(url)
        with restored(url, Path(folder)) as copy:
            after = run(copy, posts, readers, writers=10, seconds=10, max_delay=1)
            for reader in readers:
                reader.catch_up(copy)
        written = before.events | after.events
        found = [fault for reader in readers for fault in faults(reader, written)]
    latency = sorted(readers[0].times[event] - at for event, at in before.events.items() if event in readers[0].times)
    report = f"{len(written):,} events, {len(found)} faults, seen {latency[len(latency) // 2]:.3f} s after the commit"
    print(f"{report} (median), {latency[-len(latency) // 100]:.3f} s (99th percentile)")  # noqa: T201
    for fault in found[:20]:
        print(fault)  # noqa: T201
    return 1 if found else 0


def _run(url: str, posts: list[UUID], readers: list[Follower]) -> Written:
    return run(url, posts, readers, writers=WRITERS, seconds=SECONDS, max_delay=MAX_DELAY)


if __name__ == "__main__":
    sys.exit(main())

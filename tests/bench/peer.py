"""The peer: procrastinate, a task queue on Postgres, with the same jobs at the same concurrency.

Its worker polls for due jobs at an interval, which is short here, to its advantage. It promises
less: a job that a crash interrupted is left to the operator.
"""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONDict

from tests.bench.burst import POSTS
from tests.bench.drain import Call, Drain, Rounds
from tests.bench.publishers import BATCH, PLATFORM_CALL_SECONDS, PUBLISHERS
from tests.bench.row import Row
from tests.bench.server import Server

CONCURRENCY = PUBLISHERS * BATCH
POLL_SECONDS = 0.05
AHEAD = timedelta(seconds=7)


def rows(server: Server) -> list[Row]:
    """Defer jobs to the same second, and run them."""
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    with server.fresh() as url:
        deferred, drain = asyncio.run(_drain(url, server))
    name = f"procrastinate {version('procrastinate')}"
    return [
        Row(
            f"{name}: {POSTS:,} jobs in one second",
            str(Rounds([drain])),
            "",
            None,
            Rounds([drain]).numbers(),
        ),
        Row(f"{name}: deferring {POSTS:,}", f"{deferred:.2f} s", "", None, {"seconds": deferred}),
    ]


async def _drain(url: str, server: Server) -> tuple[float, Drain]:
    """Return how long deferring took, in seconds, and how the jobs were processed."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=PUBLISHERS, max_size=PUBLISHERS))
    calls: list[Call] = []
    over = asyncio.Event()

    @app.task(name="call")
    async def call(number: int) -> None:
        began = datetime.now(UTC)
        await asyncio.sleep(PLATFORM_CALL_SECONDS)
        calls.append((began, datetime.now(UTC)))
        if len(calls) == POSTS:
            over.set()

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        begun = time.monotonic()
        due = datetime.now(UTC).replace(microsecond=0) + AHEAD
        jobs: list[JSONDict] = [{"number": number} for number in range(POSTS)]
        await call.configure(schedule_at=due).batch_defer_async(*jobs)
        deferred = time.monotonic() - begun
        await app.connector.execute_query_async("ANALYZE")
        used = time.process_time() + server.cpu_seconds()
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=POLL_SECONDS,
                install_signal_handlers=False,
            )
        )
        await over.wait()
        done = datetime.now(UTC)
        used = time.process_time() + server.cpu_seconds() - used
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    return deferred, Drain.of(due, calls, recorded=done, cpu_seconds=used)

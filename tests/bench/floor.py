"""Measure the least work of a burst: only the durable writes of the publications, only the calls to the platform, and
both. Also measure Minutehand and Bull, so that one run shows all ratios.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg

from minutehand.runtime.db import Database
from tests.bench.burst import DURABLE, OURS, POSTS, Burst, drained, find_bull, in_rotation, not_measured, publish
from tests.bench.drain import Rounds
from tests.bench.publishers import BATCH, LEAD, PLATFORM_CALL_SECONDS, Connect, Publish, SlowPlatform, publishers
from tests.bench.row import Row
from tests.bench.server import Server

LEASE: LiteralString = """
    WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE publications
    SET state = 'publishing', lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute',
        leases = leases + 1, updated_at = now()
    FROM unhurried
    WHERE id = ANY(%s)
"""
ARM: LiteralString = """
    WITH armed AS (
        UPDATE publications
        SET armed_at = now(), started_at = now(), attempts = attempts + 1, updated_at = now()
        WHERE id = ANY(%s)
        RETURNING id, attempts
    )
    INSERT INTO publication_attempts (publication_id, attempt, event, at) SELECT id, attempts, 'began', now() FROM armed
"""
RECORD: LiteralString = """
    WITH recorded AS (
        UPDATE publications
        SET state = 'published', lease_token = NULL, lease_until = NULL, leases = 0, queued_at = now(), sent_at = NULL,
            published_at = now(), remote_id = id, updated_at = now()
        WHERE id = ANY(%s)
        RETURNING id, post_id, job_id, owner_id, platform, part, remote_id, attempts
    ), noted AS (
        INSERT INTO publication_attempts (publication_id, attempt, event, at)
        SELECT id, attempts, 'published', now() FROM recorded
    ), finished AS (
        UPDATE social_posts AS post
        SET status = 'published', posted_at = now(), version = version + 1, updated_at = now()
        FROM recorded
        WHERE post.id = recorded.post_id
        RETURNING post.id, post.owner_id, post.job_id
    )
    INSERT INTO events (post_id, publication_id, owner_id, actor, type, data, at)
    SELECT post_id, id, owner_id, 'publisher', 'publication.published',
           jsonb_build_object('jobId', job_id, 'platform', platform, 'part', part, 'remoteId', remote_id), now()
    FROM recorded
    UNION ALL
    SELECT id, NULL, owner_id, 'publisher', 'post.published', jsonb_build_object('jobId', job_id), now() FROM finished
"""
"""The same rows and columns as the statements of `minutehand.publishing` write, without their checks and locks."""


def rows(server: Server) -> list[Row]:
    """Measure the parts of the work and Minutehand's burst in rotation."""
    kinds: dict[str, Connect | None] = {
        OURS: None,
        "only the writes and the calls": write_and_call,
        "only the writes": write,
        "only the calls": make_calls,
    }
    with ExitStack() as stack:
        bursts = {name: _burst(server, stack, connect) for name, connect in kinds.items()}
        bull, missing = find_bull()
        if bull is not None:
            bursts[f"{bull.name}, {DURABLE}"] = partial(bull.burst, POSTS, durable=True)
        measured = in_rotation(bursts)
    rounds = {name: Rounds([drain for _, drain in several]) for name, several in measured.items()}
    return [
        *(Row(f"floor of the burst: {name}", str(each), "", None, each.numbers()) for name, each in rounds.items()),
        *([not_measured(missing)] if bull is None else []),
    ]


def _burst(server: Server, stack: ExitStack, connect: Connect | None) -> Burst:
    url = stack.enter_context(server.fresh())
    lead = LEAD if connect is None else timedelta()  # a bare publisher does not wait for the due second
    running = stack.enter_context(publishers(url, connect=connect, lead=lead))
    if connect is make_calls:
        return lambda: (0, drained(server, running, [uuid4() for _ in range(POSTS)], _soon()))
    db = Database(lambda: url)
    stack.callback(db.close)
    return lambda: publish(server, db, running, POSTS)


def _soon() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)


def write_and_call(url: str, platform: SlowPlatform) -> Publish:
    """Return a publisher that writes the rows of a batch and makes its calls, and does nothing else."""
    return _bare(psycopg.connect(url, autocommit=True, prepare_threshold=0), _calls(platform))


def write(url: str, platform: SlowPlatform) -> Publish:
    """Return a publisher that only writes the rows of a batch. Its single call takes no time."""
    return _bare(psycopg.connect(url, autocommit=True, prepare_threshold=0), lambda _: platform.call(0))


def make_calls(url: str, platform: SlowPlatform) -> Publish:
    """Return a publisher that only makes the calls of a batch."""
    return _calls(platform)


def _bare(connection: psycopg.Connection, call: Publish) -> Publish:
    def publish_batch(ids: Sequence[UUID]) -> None:
        connection.execute(LEASE, [list(ids)])
        connection.execute(ARM, [list(ids)])
        call(ids)
        connection.execute(RECORD, [list(ids)])

    return publish_batch


def _calls(platform: SlowPlatform) -> Publish:
    pool = ThreadPoolExecutor(BATCH)
    return lambda ids: wait([pool.submit(platform.call, PLATFORM_CALL_SECONDS) for _ in ids])

"""Measure the fairness among owners in the deployed local stack: the rule, the queue, its mapping and the publishers.

See `tests.bench.deployed` for what the emulator runs. Each burst contains 16 posts of an owner on a server that sends
one byte a second, and many posts of the same owner in the sandbox. In every second burst, another owner has one post.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.deployed import AHEAD, BETWEEN, MAX_WAIT, limit_publishers
from tests.bench.publishers import PUBLISHERS
from tests.integration.publishing.test_fairness import SLOW_POSTS
from tests.support import slow_server
from tests.support.factories import make_posts
from tests.support.stack import DeployedStack, deployed

_SLOW_CONNECTION = Query(
    "slow_connection",
    """WITH others AS (DELETE FROM social_connections WHERE owner_id = 'ada' AND platform <> 'mastodon')
       UPDATE social_connections SET base_url = %(url)s WHERE owner_id = 'ada' AND platform = 'mastodon'""",
)
_STARTS = Query(
    "starts",
    """SELECT owner_id, platform, started_at FROM publications
       WHERE due_at = %(due)s AND (state = 'published' OR platform = 'mastodon')""",
)
_GIVE_UP = Query("give_up", "DELETE FROM social_posts WHERE platforms = '{mastodon}'")


class Burst(NamedTuple):
    """``drain``: the lateness of the owner's last post, in seconds. ``lateness``: that of the other owner's post, if
    there is one.
    """

    drain: float
    lateness: float | None


def measure(posts: int, rounds: int) -> Iterator[Burst]:
    """Yield the bursts: the first one, which starts the publishers, and two for each round."""
    with tempfile.TemporaryDirectory(prefix="minutehand-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # when root runs this, Postgres runs as another user
        with deployed(Path(folder)) as stack, slow_server.server(slow_server.drip_every_second) as slow:
            limit_publishers(stack)
            stack.connect_accounts("ada")
            stack.db.fetch(_SLOW_CONNECTION, url=slow)
            for number in range(1 + 2 * rounds):
                due = datetime.now(UTC).replace(microsecond=0) + (BETWEEN if number else AHEAD)
                with_other = number > 0 and number % 4 < 2  # the order of the two bursts alternates
                yield _burst(stack, due, posts, with_other=with_other)


def report(posts: int, rounds: int) -> int:
    """Print the medians of all bursts but the first one. Return 1 if the other owner's post is a second late."""
    first, *bursts = measure(posts, rounds)
    lateness = [burst.lateness for burst in bursts if burst.lateness is not None]
    drains = {kind: [burst.drain for burst in bursts if (burst.lateness is not None) == kind] for kind in (True, False)}
    drained, alone = (statistics.median(drains[kind]) for kind in (True, False))
    late = f"{statistics.median(lateness):.2f} s late (median), at most {max(lateness):.2f} s"
    print(f"Deployed local stack, {PUBLISHERS} publishers, bursts of {posts} posts.")  # noqa: T201
    print(f"The other owner's post is {late}.")  # noqa: T201
    print(f"The first owner's posts are published within {drained:.2f} s with it and {alone:.2f} s alone.")  # noqa: T201
    print(f"The burst that started the publishers took {first.drain:.2f} s.")  # noqa: T201
    return 1 if max(lateness) >= 1 else 0


def _burst(stack: DeployedStack, due: datetime, posts: int, *, with_other: bool) -> Burst:
    make_posts(stack.db, SLOW_POSTS, due=due, platforms=["mastodon"])
    make_posts(stack.db, posts, due=due)
    make_posts(stack.db, int(with_other), due=due, owner_id="bob")
    started = _starts(stack.db, due, posts + int(with_other))
    stack.db.fetch(_GIVE_UP)
    drain, other = (
        max(((start - due).total_seconds() for owner, start in started if owner == wanted), default=None)
        for wanted in ("ada", "bob")
    )
    assert drain is not None
    return Burst(drain, other)


def _starts(db: Database, due: datetime, posts: int) -> list[tuple[str, datetime]]:
    """Wait until all posts in the sandbox are published, and return their owners and the starts of their calls."""
    while True:
        rows = db.fetch(_STARTS, due=due)
        published = [(row["owner_id"], row["started_at"]) for row in rows if row["platform"] != "mastodon"]
        if len(published) == posts:
            if len(rows) - posts != SLOW_POSTS:
                raise RuntimeError("The posts on the slow server were not claimed: the figures are invalid.")
            return published
        if datetime.now(UTC) > due + MAX_WAIT:
            raise RuntimeError(f"Of {posts} posts, {len(published)} were published: the figures are invalid.")
        time.sleep(0.5)

"""The cost of another owner's post for an owner with many posts and a slow server.

Usage: ``python -m tests.bench.fairness --posts 500 --rounds 5``

Each round publishes the same posts twice, once with a post of another owner at the same second and once without. The
order alternates, so that a change in the load of the machine affects both. The verdict compares the medians of the CPU
seconds of this process, because the time of the drain depends on what else the machine does. Caches and the searches
of publishers let the CPU seconds grow on a busy machine too, so the smallest values are printed as well.
"""

import argparse
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from minutehand.platforms.exchange import Exchange
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Attempt
from minutehand.queue.claim import claim_due
from minutehand.queue.policy import Policy
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench import deployed_fairness
from tests.integration.publishing.test_fairness import SLOW_POSTS, Servers, publish_all
from tests.support import postgres, slow_server
from tests.support.factories import make_posts

_CONTENT = Query("content", "UPDATE social_posts SET content = %(content)s WHERE owner_id = %(owner_id)s")
_QUEUED = Query("queued", "SELECT id FROM publications WHERE state = 'queued' ORDER BY id")


class DrippingServers(Servers):
    """Servers, of which the slow one sends one byte a second until the attempt ends."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        super().__init__()
        self._exchange = Exchange(client, "Mastodon")
        self._url = url

    def respond_slowly(self, attempt: Attempt) -> None:
        """Read the response until the time limit of the attempt."""
        self._exchange.prepare(self._exchange.client.build_request("GET", self._url), attempt.now)
        raise RuntimeError("The slow server has responded: the figures are invalid.")


@dataclass(frozen=True)
class Run:
    """One publishing of all posts. ``lateness``: of the other owner's post, in seconds, if there is one."""

    cpu: float
    drain: float
    lateness: float | None


def publish(url: str, *, posts: int, with_other: bool) -> Run:
    """Publish ``posts`` posts of an owner, and 16 more on a slow server, in an empty database."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
    counts = {"Slow": SLOW_POSTS, "Honest": posts} | ({"Other": 1} if with_other else {})
    with closing(Database(lambda: url)) as db:
        for content, count in counts.items():
            make_posts(db, count, due=due, owner_id=content)
            db.fetch(_CONTENT, content=content, owner_id=content)
        db.fetch(Query("own", "UPDATE social_posts SET owner_id = 'ada' WHERE owner_id IN ('Slow', 'Honest')"))
        while claim_due(db, now=due, until=due, policy=Policy("sandbox")).more:
            pass
        ids = [row["id"] for row in db.fetch(_QUEUED)]
    assert len(ids) == sum(counts.values())
    with slow_server.server(slow_server.drip_every_second) as slow, guarded_client(private_networks=True) as client:
        servers, began = DrippingServers(client, slow), time.process_time()
        publish_all(url, ids, servers, due=due)
        cpu = time.process_time() - began
    assert len(servers.calls["Honest"]) == posts
    drain = (max(servers.calls["Honest"]) - due).total_seconds()
    return Run(cpu, drain, (servers.calls["Other"][0] - due).total_seconds() if with_other else None)


def main() -> int:
    """Print the medians. Return 1 if the other owner's post is a second late, or costs the first owner 5 % of CPU."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fairness", description=__doc__)
    parser.add_argument("--posts", type=int, default=500, help="posts on an honest server (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of measurements (default: %(default)s)")
    parser.add_argument("--deployed", action="store_true", help="measure in a local stack that is deployed for this")
    given = parser.parse_args()
    if given.deployed:
        return deployed_fairness.report(given.posts, given.rounds)
    runs: dict[bool, list[Run]] = {True: [], False: []}
    with (
        tempfile.TemporaryDirectory(prefix="minutehand-") as folder,
        postgres.server(Path(folder) / "postgres") as server_url,
        postgres.template(server_url),
    ):
        for number in range(given.rounds):
            for with_other in (True, False) if number % 2 else (False, True):
                with postgres.clone(server_url) as url:
                    runs[with_other].append(publish(url, posts=given.posts, with_other=with_other))
    cpu, drain = (
        {kind: statistics.median(getattr(run, name) for run in several) for kind, several in runs.items()}
        for name in ("cpu", "drain")
    )
    lateness = [run.lateness for run in runs[True] if run.lateness is not None]
    more = cpu[True] / cpu[False] - 1
    least = {kind: min(run.cpu for run in several) for kind, several in runs.items()}
    late = f"{statistics.median(lateness):.2f} s late (median), at most {max(lateness):.2f} s"
    used = f"{cpu[True]:.2f} CPU seconds with it and {cpu[False]:.2f} s alone ({more:+.1%})"
    taken = f"{drain[True]:.2f} s with it and {drain[False]:.2f} s alone"
    print(f"The other owner's post is {late}.")  # noqa: T201
    print(f"The first owner's posts take {used}, and are published within {taken} (medians).")  # noqa: T201
    print(f"The smallest CPU seconds are {least[True]:.2f} with it and {least[False]:.2f} alone.")  # noqa: T201
    return 1 if max(lateness) >= 1 or more > 0.05 else 0


if __name__ == "__main__":
    sys.exit(main())

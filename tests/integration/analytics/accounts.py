"""Accounts on the simulated platforms, with posts whose metrics the collector reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from local.simulator.graph_api import numeric_id
from minutehand.analytics.account_reading import AccountReading
from minutehand.analytics.collector import Collector
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metrics
from tests.integration.analytics.test_collector import PUBLISH
from tests.integration.platforms.test_metrics import Post, published_on
from tests.support.clock import FakeClock
from tests.support.factories import connect, make_post
from tests.support.simulator import Simulator

OWNER = "ada"


class Accounts:
    """Publishes on the simulated platforms, and opens the tokens of the accounts."""

    def __init__(
        self, db: Database, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.db, self.simulator, self.client, self.monkeypatch = db, simulator, client, monkeypatch
        self.connections: dict[tuple[str, str], UUID] = {}
        self.posts: dict[UUID, Post] = {}
        """The newest post of each connection."""
        self.post_ids: dict[str, UUID] = {}
        """The ids of the posts in Minutehand, by their ids on the timeline of the simulator."""
        self.tokens: dict[str, Mapping[str, str]] = {}

    def publish(
        self, platform: str, name: str = "demo", *, clock: Clock | None = None, campaign: str | None = None
    ) -> UUID:
        """Publish a post at the time of ``clock``, by default now, and return the id of its connection."""
        self.monkeypatch.undo()
        if clock is not None:
            self.monkeypatch.setattr(self.simulator.state, "now", clock.now)
        place = len(self.post_ids) + 1
        post = published_on(self.simulator, platform, self.client, self.monkeypatch, name=name, number=place)
        published_at = post.post.published_at
        connection_id = self._connection(post, name)
        post_id = make_post(
            self.db,
            now=published_at,
            platforms=[platform],
            campaign=campaign,
            platform_options={platform: dict(post.post.options)},
        )
        values: dict[str, Any] = {"at": published_at, "remote_id": post.post.remote_id, "part": 1, "sandbox": False}
        self.db.fetch(PUBLISH, post_id=post_id, platform=platform, connection_id=connection_id, **values)
        self.posts[connection_id], self.post_ids[post.timeline_id] = post, post_id
        return connection_id

    def open(self, _: bytes, connection_id: str, __: str) -> Mapping[str, str]:
        """Return the token of a connection, as a vault does."""
        return self.tokens[connection_id]

    def clock(self) -> FakeClock:
        """Return the clock of the collector and of the simulator, at the time of the last publication."""
        clock = FakeClock(max(post.post.published_at for post in self.posts.values()))
        self.monkeypatch.setattr(self.simulator.state, "now", clock.now)
        return clock

    def collect(self, clock: Clock) -> None:
        """Run the collector."""
        reading = AccountReading(lambda: self, lambda: self.client, clock)  # type: ignore[arg-type, return-value]
        collector = Collector(self.db, reading, clock, paid_reads_per_month=1_000)
        collector.run(Metrics(), deadline=clock.now() + timedelta(minutes=4))

    def _connection(self, post: Post, name: str) -> UUID:
        account, platform = post.account, post.account.platform
        if (platform, name) not in self.connections:
            account_id = account.account_id or (numeric_id(name) if platform in ("instagram", "threads") else name)
            if platform == "bluesky":
                account_id = post.post.remote_id.removeprefix("at://").partition("/")[0]
            self.connections[platform, name] = connect(
                self.db,
                platform,
                OWNER,
                account_id=account_id,
                base_url=account.base_url,
                is_default=platform not in {other for other, _ in self.connections},
            )
        connection_id = self.connections[platform, name]
        self.tokens[str(connection_id)] = account.token
        return connection_id


def number(post: Post, at: datetime, *shares: float) -> int:
    """Return a number of a post at a time. See `tests.support.expected.ExpectedMetrics`."""
    post.clock = FakeClock(at)
    return post.number(*shares)

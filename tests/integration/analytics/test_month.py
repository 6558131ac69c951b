"""The metrics that the collector keeps of a month on the simulated platforms, with a moving clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from local.simulator.audience import Audience
from local.simulator.graph_api import numeric_id
from minutehand.analytics.account_reading import AccountReading
from minutehand.analytics.collector import Collector
from minutehand.analytics.moments import MOMENTS
from minutehand.connections.resources import open_vault
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.resources import open_http_client
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metrics
from minutehand.runtime.sql import Query
from tests.integration.analytics.test_collector import PUBLISH
from tests.integration.platforms.test_metrics import METRICS, Post, published_on
from tests.support.api import CONTEXT, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, Openers, start
from tests.support.emf import measured, values
from tests.support.factories import connect, make_post
from tests.support.simulator import Simulator

HOUR = timedelta(hours=1)
SNAPSHOTS = Query(
    "snapshots",
    """SELECT metrics.platform, snapshot.moment, snapshot.taken_at, snapshot.metrics, metrics.deleted_at
       FROM metric_snapshots AS snapshot JOIN publication_metrics AS metrics USING (publication_id)
       ORDER BY snapshot.taken_at, metrics.platform""",
)
DELETED = Query("deleted", "SELECT platform FROM publication_metrics WHERE deleted_at IS NOT NULL")
PROBLEMS = Query("problems", "SELECT connection_id, subject, code FROM metric_problems")
FOLLOWERS = Query("followers", "SELECT DISTINCT platform, followers FROM follower_counts")


class Accounts:
    """Publishes on the simulated platforms, and opens the tokens of the accounts."""

    def __init__(
        self, db: Database, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.db, self.simulator, self.client, self.monkeypatch = db, simulator, client, monkeypatch
        self.posts: dict[UUID, Post] = {}
        self.tokens: dict[str, Mapping[str, str]] = {}

    def publish(self, platform: str, name: str = "demo") -> UUID:
        """Publish a post now, and return the id of its connection."""
        self.monkeypatch.undo()
        post = published_on(self.simulator, platform, self.client, self.monkeypatch, name=name)
        account, published_at = post.account, post.post.published_at
        account_id = account.account_id or (numeric_id(name) if platform in ("instagram", "threads") else name)
        if platform == "bluesky":
            account_id = post.post.remote_id.removeprefix("at://").partition("/")[0]
        connection_id = connect(
            self.db, platform, account_id=account_id, base_url=account.base_url, is_default=name == "demo"
        )
        post_id = make_post(
            self.db, now=published_at, platforms=[platform], platform_options={platform: dict(post.post.options)}
        )
        values: dict[str, Any] = {"at": published_at, "remote_id": post.post.remote_id, "part": 1, "sandbox": False}
        self.db.fetch(PUBLISH, post_id=post_id, platform=platform, connection_id=connection_id, **values)
        self.tokens[str(connection_id)] = account.token
        self.posts[connection_id] = post
        return connection_id

    def open(self, _: bytes, connection_id: str, __: str) -> Mapping[str, str]:
        return self.tokens[connection_id]


@pytest.fixture
def accounts(db: Database, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    return Accounts(db, simulator, client, monkeypatch)


def clock_of(accounts: Accounts) -> FakeClock:
    """Return the clock of the collector and of the simulator, at the time of the last publication."""
    clock = FakeClock(max(post.post.published_at for post in accounts.posts.values()))
    accounts.monkeypatch.setattr(accounts.simulator.state, "now", clock.now)
    return clock


def collect(accounts: Accounts, clock: FakeClock) -> None:
    reading = AccountReading(lambda: accounts, lambda: accounts.client, clock)  # type: ignore[arg-type, return-value]
    collector = Collector(accounts.db, reading, clock, paid_reads_per_month=1_000)
    collector.run(Metrics(), deadline=clock.now() + timedelta(minutes=4))


def number(post: Post, at: datetime, *shares: float) -> int:
    post.clock = FakeClock(at)
    return post.number(*shares)


def test_month_has_the_numbers_of_each_moment(accounts: Accounts) -> None:
    by_platform = {platform: accounts.posts[accounts.publish(platform)] for platform in PLATFORMS}
    clock = clock_of(accounts)
    hours = 0
    for moment in MOMENTS:
        clock.advance(hours=moment - hours)
        hours = moment
        collect(accounts, clock)

    found = accounts.db.fetch(SNAPSHOTS)
    assert [(row["moment"], row["platform"]) for row in found] == [
        (moment, platform) for moment in MOMENTS for platform in sorted(PLATFORMS)
    ]
    for row in found:
        post, expected = by_platform[row["platform"]], METRICS[row["platform"]].names
        for name, (own, shares) in expected.items():
            if row["moment"] == 720 and name in ("clicks", "user_profile_clicks") and row["platform"] == "x":
                continue  # X gives the private metrics for 30 days
            value = number(post, row["taken_at"], *shares)
            if name == "reposts" and row["platform"] == "facebook" and value == 0:
                continue  # Facebook leaves out the shares until there are some
            assert row["metrics"][name] == {"value": value, "unit": "count", "name": own}, (row["platform"], name)
    counted = {row["platform"]: row["followers"] for row in accounts.db.fetch(FOLLOWERS)}
    assert counted["x"] == Audience(accounts.simulator.state, "x").followers("demo")
    assert counted.keys() == PLATFORMS.keys()
    assert accounts.db.fetch(PROBLEMS) == []


def test_limits_deletions_and_missing_scopes_cost_only_their_own_numbers(accounts: Accounts) -> None:
    limited, deleted = accounts.publish("mastodon"), accounts.publish("x")
    renamed, narrow = accounts.publish("pinterest"), accounts.publish("threads", "narrow")
    clock, simulator = clock_of(accounts), accounts.simulator
    simulator.fault("mastodon", "lookup", "rate_limit", seconds=1_800)
    simulator.fault("mastodon", "verify_credentials", "rate_limit", seconds=1_800)
    clock.advance(hours=1)
    collect(accounts, clock)
    assert {row["platform"] for row in accounts.db.fetch(SNAPSHOTS)} == {"x", "pinterest"}
    problems = {(row["connection_id"], row["subject"]): row["code"] for row in accounts.db.fetch(PROBLEMS)}
    assert problems == {
        (limited, "publications"): "rate_limited",
        (limited, "account"): "rate_limited",
        (narrow, "publications"): "scope_missing",
        (narrow, "account"): "scope_missing",
    }

    clock.advance(minutes=30)
    collect(accounts, clock)
    accounts.monkeypatch.setitem(simulator.state.collection("pinterest", "renamed"), "clickthrough", "visit")
    remote_id = accounts.posts[deleted].post.remote_id
    simulator.state.collection("x", "posts").pop(remote_id)
    for minutes in (270, 15):
        clock.advance(minutes=minutes)
        collect(accounts, clock)

    found = {(row["platform"], row["moment"]): row for row in accounts.db.fetch(SNAPSHOTS)}
    assert found.keys() == {
        *(("mastodon", moment) for moment in (1, 6)),
        *(("pinterest", moment) for moment in (1, 6)),
        ("x", 1),
    }
    late = found["mastodon", 1]
    assert late["taken_at"] == clock.now() - timedelta(minutes=285)
    reactions = number(accounts.posts[limited], late["taken_at"], 0.1)
    assert late["metrics"]["reactions"] == {"value": reactions, "unit": "count", "name": "favourites_count"}
    before, after = found["pinterest", 1]["metrics"], found["pinterest", 6]["metrics"]
    assert (before["clicks"]["name"], "clicks" in after) == ("clickthrough", False)
    visits = number(accounts.posts[renamed], found["pinterest", 6]["taken_at"], 0.04)
    assert after["visit"] == {"value": visits, "unit": "count", "name": "visit"}
    assert [row["platform"] for row in accounts.db.fetch(DELETED)] == ["x"]


def test_function_reads_with_the_privileges_of_its_group(
    accounts: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.publish("mastodon")
    clock = clock_of(accounts)
    clock.advance(hours=1)
    environ = ENVIRON | {"TOKEN_KEY_ID": "key", "PAID_READS_PER_MONTH": "10", "METRIC_DAYS": "31"}
    openers: Openers = {open_vault: lambda _: accounts, open_http_client: lambda _: accounts.client}
    app = start("metrics_collector", db=accounts.db, clock=clock, environ=environ, openers=openers)
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 240_000)

    report = app.handler(sample("metrics_collector"), context)

    assert report == {"read": 1, "missing": 0, "followers": 1, "failed": 0, "pruned": 0}
    printed = measured(capsys.readouterr().out)
    assert values(printed, "MetricReadings", Stage="local", Platform="mastodon") == [1, 1]
    clock.advance(days=32)
    assert app.handler(sample("metrics_collector"), context)["pruned"] == 2

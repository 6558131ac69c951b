"""The metrics that the collector keeps of a month on the simulated platforms, with a moving clock."""

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import httpx
import pytest

from local.month import NARROW, Month, differences, expectations, show
from local.progress import Progress
from local.simulator.audience import Audience
from minutehand.analytics.moments import MOMENTS
from minutehand.analytics.post_metrics import MeasuredPublication, post_metrics
from minutehand.connections.resources import open_vault
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.resources import open_http_client
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.integration.analytics.accounts import OWNER, Accounts, number
from tests.integration.platforms.test_metrics import METRICS
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import ENVIRON, Openers, start
from tests.support.emf import measured, values
from tests.support.simulator import Simulator

SNAPSHOTS = Query(
    "snapshots",
    """SELECT metrics.platform, snapshot.moment, snapshot.taken_at, snapshot.metrics, metrics.deleted_at
       FROM metric_snapshots AS snapshot JOIN publication_metrics AS metrics USING (publication_id)
       ORDER BY snapshot.taken_at, metrics.platform""",
)
DELETED = Query("deleted", "SELECT platform FROM publication_metrics WHERE deleted_at IS NOT NULL")
PROBLEMS = Query("problems", "SELECT connection_id, subject, code FROM metric_problems")
FOLLOWERS = Query("followers", "SELECT DISTINCT platform, followers FROM follower_counts")


@pytest.fixture
def accounts(db: Database, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    return Accounts(db, simulator, client, monkeypatch)


def test_month_has_the_numbers_of_each_moment(accounts: Accounts) -> None:
    by_platform = {platform: accounts.posts[accounts.publish(platform)] for platform in PLATFORMS}
    clock = accounts.clock()
    hours = 0
    for moment in MOMENTS:
        clock.advance(hours=moment - hours)
        hours = moment
        accounts.collect(clock)

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
    clock, simulator = accounts.clock(), accounts.simulator
    simulator.fault("mastodon", "lookup", "rate_limit", seconds=1_800)
    simulator.fault("mastodon", "verify_credentials", "rate_limit", seconds=1_800)
    clock.advance(hours=1)
    accounts.collect(clock)
    assert {row["platform"] for row in accounts.db.fetch(SNAPSHOTS)} == {"x", "pinterest"}
    problems = {(row["connection_id"], row["subject"]): row["code"] for row in accounts.db.fetch(PROBLEMS)}
    assert problems == {
        (limited, "publications"): "rate_limited",
        (limited, "account"): "rate_limited",
        (narrow, "publications"): "scope_missing",
        (narrow, "account"): "scope_missing",
    }

    clock.advance(minutes=30)
    accounts.collect(clock)
    accounts.monkeypatch.setitem(simulator.state.collection("pinterest", "renamed"), "clickthrough", "visit")
    remote_id = accounts.posts[deleted].post.remote_id
    simulator.state.collection("x", "posts").pop(remote_id)
    for minutes in (270, 15):
        clock.advance(minutes=minutes)
        accounts.collect(clock)

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


def test_demonstration_shows_the_month(accounts: Accounts) -> None:
    accounts.publish(NARROW, "narrow")
    for platform in PLATFORMS:
        accounts.publish(platform)
    accounts.monkeypatch.undo()  # the time of the system
    deleted = next(each for each in accounts.post_ids if each.startswith("x:"))

    def publications() -> list[MeasuredPublication]:
        reader = Identity(user_id=OWNER, owner_id=OWNER)
        posts = (post_metrics(accounts.db, reader, post_id) for post_id in accounts.post_ids.values())
        return [publication for post in posts for publication in post["publications"]]

    def delete() -> None:
        path = f"/x/2/tweets/{deleted.removeprefix('x:')}"
        accounts.simulator.client.delete(path, headers={"authorization": "Bearer demo-token"}).raise_for_status()

    month = Month(
        OWNER,
        accounts.post_ids,
        accounts.simulator.client,
        accounts.db,
        collect=lambda: accounts.collect(SystemClock()),
        metrics=publications,
        delete=delete,
    )
    month.play()

    assert month.differences == []
    assert [text for is_met, text in expectations(month) if not is_met] == []
    stream = StringIO()
    assert show(month, Progress(stream))
    lines = stream.getvalue().splitlines()
    assert "(late)" in next(line for line in lines if "Mastodon" in line)
    assert len([line for line in lines if line.startswith("  ok ")]) == 6
    assert accounts.simulator.state.collection("pinterest", "renamed") == {}


@pytest.mark.parametrize(
    ("answered", "stored", "found"),
    [
        ({"likes": 7}, [("reactions", 7, "likes")], []),
        ({"likes": 7}, [("reactions", 8, "likes")], ["reactions is 8, but the platform returned 7"]),
        ({}, [("reactions", 0, "likes")], ["reactions is 0, but the platform returned 0"]),
        ({"likes": 7, "taps": 1}, [("reactions", 7, "likes")], ["taps is not stored"]),
        ({"reposts": 2, "quotes": 3}, [("reposts", 5, "reposts+quotes")], []),
        ({"by_type.like": 2, "by_type.love": 3}, [("reactions", 5, "by_type")], []),
        ({"like_count": 7}, [], []),
    ],
    ids=["equal", "other value", "invented", "lost", "sum", "sum of types", "fallback"],
)
def test_stored_metrics_are_compared_with_those_of_the_platform(
    answered: dict[str, int], stored: list[tuple[str, int, str]], found: list[str]
) -> None:
    metrics = [{"name": name, "value": value, "platformName": own} for name, value, own in stored]

    assert differences(answered, metrics) == found


def test_function_reads_with_the_privileges_of_its_group(
    accounts: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.publish("mastodon")
    clock = accounts.clock()
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

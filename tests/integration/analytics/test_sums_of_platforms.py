"""The sums of GET posts/analytics equal what a plain program computes from the records of the simulated platforms.

The simulator records which numbers it answered for which post at which time, under the platforms' own names. The plain
program reads nothing else, except which post belongs to which campaign.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutehand.analytics.forms import SumsQuery
from minutehand.analytics.sums import report
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.network import guarded_client
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from tests.integration.analytics.accounts import OWNER, Accounts
from tests.integration.analytics.plain_sums import GROUPINGS, Record, chosen, grouped_sums, shown, shown_groups, sums
from tests.integration.platforms.test_metrics import METRICS
from tests.support.clock import FakeClock
from tests.support.postgres import Databases
from tests.support.simulator import Simulator, running

ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]
BEGIN = datetime(2026, 3, 28, tzinfo=UTC)
"""The beginning of the ten days in which the posts are published. The clocks change in Berlin on 29 March, on Lord Howe
Island on 5 April at 2:00, and in Santiago on 4 April at midnight.
"""
DAYS = 10
ROUNDS = 3
"""How many posts each platform has."""
CAMPAIGNS = [None, "Spring", "Winter"]
OWN_NAMES: Mapping[str, Mapping[str, str]] = {
    **{platform: {name: own for name, (own, _) in metrics.names.items()} for platform, metrics in METRICS.items()},
    "facebook": {name: own for name, (own, _) in METRICS["facebook"].names.items()}
    | {
        "reactions": "post_reactions_by_type_total.like+post_reactions_by_type_total.love",
        "comments": "post_activity_by_action_type.comment",
    },
}
"""The platforms' own names of the metrics. A sum names its parts."""


@dataclass(frozen=True)
class Scene:
    db: Database
    records: Sequence[Record]


@pytest.fixture(scope="module")
def scene(databases: Databases) -> Iterator[Scene]:
    with (
        databases.lend() as url,
        closing(Database(lambda: url)) as db,
        running() as simulator,
        guarded_client(private_networks=True) as client,
        pytest.MonkeyPatch.context() as patch,
    ):
        yield Scene(db, _month(Accounts(db, simulator, client, patch), random.Random(7)))


def _month(accounts: Accounts, chance: random.Random) -> list[Record]:
    """Publish at the edges of days in several time zones, read the metrics at different ages, and return the records of
    the platforms.
    """
    edges = [BEGIN + timedelta(minutes=15) * chance.randrange(DAYS * 96) for _ in range(ROUNDS * len(PLATFORMS))]
    clock, campaigns, connections = FakeClock(BEGIN), {}, {}
    for place, at in enumerate(sorted(edges)):
        clock.sleep_until(at + timedelta(seconds=chance.choice([-1, 0, 0, 1])))
        # The collector also runs while posts are published, so the newest numbers of the posts differ in age.
        if place % 5 == 4:
            accounts.monkeypatch.setattr(accounts.simulator.state, "now", clock.now)
            accounts.collect(clock)
        platform, name = list(PLATFORMS)[place % len(PLATFORMS)], chance.choice(["demo", "kiln"])
        campaign = chance.choice(CAMPAIGNS)
        connection_id = accounts.publish(platform, name, clock=clock, campaign=campaign)
        post = accounts.simulator.state.timeline[list(accounts.post_ids)[-1]]
        campaigns[post.id], connections[platform, post.account] = campaign, str(connection_id)
    accounts.monkeypatch.setattr(accounts.simulator.state, "now", clock.now)
    published = accounts.simulator.posts()
    clock.advance(hours=2)
    accounts.collect(clock)
    _delete_some(accounts.simulator)
    for hours in (46, 1):  # both readings that mark a post as deleted
        clock.advance(hours=hours)
        accounts.collect(clock)
    return list(_records(accounts.simulator, published, campaigns, connections))


def _delete_some(simulator: Simulator) -> None:
    """Delete the newest posts of two platforms, as their authors can."""
    for platform, path in (("mastodon", "/mastodon/api/v1/statuses"), ("threads", "/threads/v1.0")):
        post = simulator.posts(platform)[-1]
        headers = {"authorization": f"Bearer {post['account'].strip('@').partition('@')[0]}-token"}
        deletion = simulator.client.delete(f"{path}/{post['id'].partition(':')[2]}", headers=headers)
        deletion.raise_for_status()


def _records(
    simulator: Simulator,
    published: Sequence[Mapping[str, Any]],
    campaigns: Mapping[str, str | None],
    connections: Mapping[tuple[str, str], str],
) -> Iterator[Record]:
    """Yield the records of the simulated platforms. The newest numbers of a post are those of its last time."""
    remaining = {post["id"] for post in simulator.posts()}
    newest: dict[str, tuple[str, dict[str, int]]] = {}
    for reading in simulator.client.get("/metrics/readings").json()["readings"]:
        at, numbers = newest.get(reading["post"], ("", {}))
        newest[reading["post"]] = (reading["at"], (numbers if at == reading["at"] else {}) | reading["numbers"])
    for post in published:
        taken_at, numbers = newest.get(post["id"], (None, {}))
        yield Record(
            OWNER,
            post["platform"],
            campaigns[post["id"]],
            connections[post["platform"], post["account"]],
            datetime.fromisoformat(post["publishedAt"]),
            None if taken_at is None else datetime.fromisoformat(taken_at),
            post["id"] not in remaining,
            dict(_normalised(OWN_NAMES[post["platform"]], numbers)),
        )


def _normalised(own_names: Mapping[str, str], numbers: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name, own in own_names.items():
        if answered := [numbers[part] for part in own.split("+") if part in numbers]:
            yield name, sum(answered)


@settings(max_examples=25, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(-1, DAYS),
    length=st.integers(1, DAYS),
    filters=st.fixed_dictionaries(
        {}, optional={"platform": st.sampled_from(["bluesky", "facebook", "x"]), "campaign": st.just("Spring")}
    ),
)
def test_sums_equal_those_of_the_platforms(
    scene: Scene, zone: str, begin: int, length: int, filters: dict[str, str]
) -> None:
    first = date(BEGIN.year, BEGIN.month, BEGIN.day) + timedelta(days=begin)
    end = first + timedelta(days=length)
    records = chosen(scene.records, OWNER, first, end, zone, **filters)
    for group_by in GROUPINGS:
        period = {"from": first.isoformat(), "to": end.isoformat(), "timezone": zone, "groupBy": group_by}
        query = SumsQuery.model_validate(period | filters)

        answer = report(scene.db, Identity(user_id=OWNER, owner_id=OWNER), query)

        assert shown_groups(answer, group_by) == grouped_sums(records, group_by, zone)
        assert shown(answer["total"]) == sums(records)


def test_records_cover_what_the_sums_have_to_add(scene: Scene) -> None:
    assert {record.platform for record in scene.records if record.metrics} == PLATFORMS.keys()
    assert sum(record.deleted for record in scene.records) == 2
    assert len({record.connection for record in scene.records}) > len(PLATFORMS)
    assert {record.campaign for record in scene.records} == set(CAMPAIGNS)
    assert len({record.taken_at for record in scene.records}) > 2

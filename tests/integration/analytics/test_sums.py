"""The sums of GET posts/analytics equal what a plain program computes from the records."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from minutehand.analytics.forms import SumsQuery
from minutehand.analytics.sums import report
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from minutehand.runtime.timezones import time_zone
from tests.support.factories import make_post
from tests.support.postgres import Databases

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]
FIRST = date(2026, 3, 25)
"""The first of the 14 days in which the records lie. The clocks change in Berlin on 29 March, on Lord Howe Island on 5
April at 2:00, and in Santiago on 4 April at midnight.
"""
DAYS = 14
CONNECTIONS = [UUID(int=number) for number in range(1, 5)]
PLATFORMS = ["bluesky", "x", "mastodon", "mastodon"]
CAMPAIGNS = [None, "Spring", "Winter"]
NAMES = ["reactions", "comments", "reposts", "engagementRate", "favourites_count"]
ADD_METRICS = Query(
    "add_metrics",
    """INSERT INTO publication_metrics
           (publication_id, owner_id, post_id, connection_id, platform, published_at, taken_at, metrics, missing_at,
            deleted_at)
       VALUES (%(id)s, %(owner)s, %(post_id)s, %(connection_id)s, %(platform)s, %(published_at)s, %(taken_at)s,
               %(metrics)s, %(deleted_at)s, %(deleted_at)s)""",
)
WITHOUT_KEYS = Query("without_keys", "SET session_replication_role = replica")  # the rows need no publications


@dataclass(frozen=True)
class Record:
    """A publication, as a plain program sees it."""

    owner: str
    campaign: str | None
    connection: int
    published_at: datetime
    taken_at: datetime | None
    deleted: bool
    metrics: dict[str, int]


@dataclass(frozen=True)
class Scene:
    db: Database
    records: Sequence[Record]


@pytest.fixture(scope="module")
def scene(databases: Databases) -> Iterator[Scene]:
    with databases.lend() as url:
        db = Database(lambda: url)
        yield Scene(db, _filled(db, random.Random(7)))
        db.close()


def _filled(db: Database, chance: random.Random) -> list[Record]:
    """Add publications of two owners and of test data, many of them at the edges of days in some time zone."""
    begins = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    posts = {
        (owner, campaign): make_post(db, now=begins, owner_id=owner, campaign=campaign)
        for owner in ("ada", "eve", "test:ada")
        for campaign in CAMPAIGNS
    }
    records = []
    with db.transaction():
        db.fetch(WITHOUT_KEYS)
        for number in range(300):
            owner = chance.choice(["ada", "ada", "ada", "eve", "test:ada"])
            edge = timedelta(minutes=30) * chance.randrange(DAYS * 48)
            at = begins + edge + timedelta(seconds=chance.choice([-1, 0, 0, 1]))
            measured = chance.random() < 0.8
            metrics = {name: chance.randrange(1_000) for name in NAMES if measured and chance.random() < 0.6}
            taken_at = at + timedelta(hours=chance.choice([1, 6, 24])) if measured else None
            record = Record(
                owner, chance.choice(CAMPAIGNS), chance.randrange(4), at, taken_at, chance.random() < 0.1, metrics
            )
            records.append(record)
            units = {"engagementRate": "fraction"}
            db.fetch(
                ADD_METRICS,
                id=UUID(int=number),
                owner=owner,
                post_id=posts[owner, record.campaign],
                connection_id=CONNECTIONS[record.connection],
                platform=PLATFORMS[record.connection],
                published_at=at,
                taken_at=taken_at,
                deleted_at=at if record.deleted else None,
                metrics=Jsonb(
                    {
                        name: {"value": value, "unit": units.get(name, "count"), "name": name}
                        for name, value in metrics.items()
                    }
                ),
            )
    return records


def local_day(record: Record, zone: str) -> date:
    return record.published_at.astimezone(time_zone(zone)).date()


def key_of(group_by: str, zone: str) -> Callable[[Record], Any]:
    """Return the name of the group of a record."""
    return {
        "platform": lambda record: PLATFORMS[record.connection],
        "campaign": lambda record: record.campaign,
        "connection": lambda record: str(CONNECTIONS[record.connection]),
        "day": lambda record: str(local_day(record, zone)),
    }[group_by]


def sums(records: Sequence[Record]) -> dict[str, Any]:
    """Compute the sums of ``records`` in the simplest way."""
    added: dict[str, int] = defaultdict(int)
    having: dict[str, int] = defaultdict(int)
    for record in records:
        for name, value in record.metrics.items():
            if name in ("reactions", "comments", "reposts"):
                added[name] += value
                having[name] += 1
    newest = max((record.taken_at for record in records if record.taken_at), default=None)
    return {
        "publications": len(records),
        "measured": sum(record.taken_at is not None for record in records),
        "deleted": sum(record.deleted for record in records),
        "asOf": None if newest is None else newest.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "metrics": {name: (added[name], having[name]) for name in added},
    }


def shown(group: Any) -> dict[str, Any]:
    """Return a group of the response in the form of ``sums``."""
    metrics = {each["name"]: (each["value"], each["publications"]) for each in group["metrics"]}
    return {name: group[name] for name in ("publications", "measured", "deleted", "asOf")} | {"metrics": metrics}


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    owner=st.sampled_from(["ada", "eve", "test:ada", "nobody"]),
    begin=st.integers(-1, DAYS),
    length=st.integers(1, DAYS),
    filters=st.fixed_dictionaries(
        {},
        optional={
            "platform": st.sampled_from(["bluesky", "mastodon"]),
            "campaign": st.just("Spring"),
            "connection_id": st.sampled_from([str(each) for each in CONNECTIONS]),
        },
    ),
)
def test_sums_equal_those_of_a_plain_program(
    scene: Scene, zone: str, owner: str, begin: int, length: int, filters: dict[str, str]
) -> None:
    first = FIRST + timedelta(days=begin)
    end = first + timedelta(days=length)
    records = [
        record
        for record in scene.records
        if record.owner == owner
        and first <= local_day(record, zone) < end
        and filters.get("platform") in (None, PLATFORMS[record.connection])
        and filters.get("campaign") in (None, record.campaign)
        and filters.get("connection_id") in (None, str(CONNECTIONS[record.connection]))
    ]
    for group_by in ("platform", "campaign", "day", "connection"):
        groups = defaultdict(list)
        for record in records:
            groups[key_of(group_by, zone)(record)].append(record)

        query = SumsQuery.model_validate(
            {
                "from": first.isoformat(),
                "to": end.isoformat(),
                "timezone": zone,
                "groupBy": group_by,
                **{{"connection_id": "connectionId"}.get(name, name): value for name, value in filters.items()},
            }
        )
        answer = report(scene.db, Identity(user_id=owner, owner_id=owner), query)

        field = "connectionId" if group_by == "connection" else group_by
        found = {group[field]: shown(group) for group in answer["groups"]}  # type: ignore[literal-required]
        assert found == {key: sums(of_group) for key, of_group in groups.items()}
        assert shown(answer["total"]) == sums(records)
        assert answer["asOf"] == answer["total"]["asOf"]

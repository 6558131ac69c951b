"""The sums of GET posts/analytics equal what a plain program computes from the records."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
from tests.integration.analytics.plain_sums import GROUPINGS, Record, chosen, grouped_sums, shown, shown_groups, sums
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
            campaign, connection = chance.choice(CAMPAIGNS), chance.randrange(4)
            deleted = chance.random() < 0.1
            records.append(
                Record(
                    owner,
                    PLATFORMS[connection],
                    campaign,
                    str(CONNECTIONS[connection]),
                    at,
                    taken_at,
                    deleted,
                    metrics,
                )
            )
            units = {"engagementRate": "fraction"}
            db.fetch(
                ADD_METRICS,
                id=UUID(int=number),
                owner=owner,
                post_id=posts[owner, campaign],
                connection_id=CONNECTIONS[connection],
                platform=PLATFORMS[connection],
                published_at=at,
                taken_at=taken_at,
                deleted_at=at if deleted else None,
                metrics=Jsonb(
                    {
                        name: {"value": value, "unit": units.get(name, "count"), "name": name}
                        for name, value in metrics.items()
                    }
                ),
            )
    return records


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
            "connection": st.sampled_from([str(each) for each in CONNECTIONS]),
        },
    ),
)
def test_sums_equal_those_of_a_plain_program(
    scene: Scene, zone: str, owner: str, begin: int, length: int, filters: dict[str, str]
) -> None:
    first = FIRST + timedelta(days=begin)
    end = first + timedelta(days=length)
    records = chosen(scene.records, owner, first, end, zone, **filters)
    for group_by in GROUPINGS:
        period = {"from": first.isoformat(), "to": end.isoformat(), "timezone": zone, "groupBy": group_by}
        fields = {{"connection": "connectionId"}.get(name, name): value for name, value in filters.items()}
        query = SumsQuery.model_validate(period | fields)

        answer = report(scene.db, Identity(user_id=owner, owner_id=owner), query)

        assert shown_groups(answer, group_by) == grouped_sums(records, group_by, zone)
        assert shown(answer["total"]) == sums(records)
        assert answer["asOf"] == answer["total"]["asOf"]

"""GET queue/health: 200 when the queue has all that it needs, 503 with what is missing when not."""

from datetime import timedelta

import pytest

from minutehand.operations import ticks
from minutehand.queue.tick import TickReport
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.operations import RULE, Aws

WELL = {
    "database": {"ok": True, "message": "Postgres answers."},
    "queue": {"ok": True, "message": "SQS answers."},
    "rule": {"ok": True, "message": "The rule is enabled: rate(1 minute)."},
    "lastTick": {"ok": True, "message": "The last tick was 0 s ago."},
}


def look(api: Api, roles: str = "") -> Reply:
    return api.call("queue_health", roles=roles)


def ill(reply: Reply) -> set[str]:
    assert (reply.status, reply.body["success"], reply.body["code"]) == (503, False, "unhealthy")
    failed = {name for name, check in reply.body["checks"].items() if not check["ok"]}
    assert {detail["field"] for detail in reply.body["details"]} == failed
    assert all(reply.body["checks"][name]["message"] in reply.body["error"] for name in failed)
    return failed


@pytest.fixture(autouse=True)
def ticked(db: Database) -> None:
    ticks.record(db, "rule", TickReport(), started_at=START, ended_at=START)


@pytest.mark.parametrize("roles", ["", "viewer", "operator"])
def test_all_is_well(api: Api, roles: str) -> None:
    reply = look(api, roles)

    assert (reply.status, reply.body) == (200, {"success": True, "checks": WELL})


def test_whoever_asks_says_who_they_are(api: Api) -> None:
    assert api.call("queue_health", user=None).status == 401


def test_a_rule_that_is_disabled_is_no_health(api: Api, aws: Aws) -> None:
    aws.events.disable_rule(Name=RULE)

    assert ill(look(api)) == {"rule"}


def test_neither_is_one_that_is_not_there(api: Api, aws: Aws) -> None:
    aws.events.delete_rule(Name=RULE)

    assert ill(look(api)) == {"rule"}


def test_nor_a_queue_that_is_not_there(api: Api, aws: Aws) -> None:
    aws.sqs.delete_queue(QueueUrl=aws.publish_queue_url)

    assert ill(look(api)) == {"queue"}


@pytest.mark.parametrize(
    ("minutes", "seconds", "well"), [(1, 180, True), (1, 181, False), (5, 900, True), (5, 901, False)]
)
def test_three_ticks_may_be_missed(
    api: Api, aws: Aws, clock: FakeClock, minutes: int, seconds: int, well: bool
) -> None:
    if minutes > 1:
        aws.events.put_rule(Name=RULE, ScheduleExpression=f"rate({minutes} minutes)")
    clock.advance(seconds=seconds)

    reply = look(api)

    if well:
        assert reply.body["checks"]["lastTick"] == {"ok": True, "message": f"The last tick was {seconds} s ago."}
    else:
        assert ill(reply) == {"lastTick"}


def test_a_tick_by_hand_does_not_stand_for_the_rule(api: Api, db: Database, clock: FakeClock) -> None:
    clock.advance(minutes=10)
    ticks.record(db, "hand", TickReport(), started_at=clock.now(), ended_at=clock.now())

    assert ill(look(api)) == {"lastTick"}


def test_before_the_first_tick_it_is_not_well(api: Api, clock: FakeClock, database_url: str, db: Database) -> None:
    from minutehand.runtime.sql import Query

    db.fetch(Query("none", "DELETE FROM ticks"))

    assert ill(look(api)) == {"lastTick"}


def test_without_postgres_nothing_is_known_of_ticks(api: Api) -> None:
    api.replace(open_database, lambda _: Database(lambda: "postgresql://nobody@127.0.0.1:1/none"))

    assert ill(look(api)) == {"database", "lastTick"}


def test_no_check_is_asked_longer_than_the_others_can_wait(api: Api, db: Database, aws: Aws) -> None:
    """The checks run side by side: together they take no longer than the slowest client's patience."""
    from minutehand.runtime import aws as clients

    patience = clients._CLIENT_CONFIG
    longest = patience.retries["total_max_attempts"] * (patience.connect_timeout + patience.read_timeout)  # type: ignore[attr-defined]
    assert timedelta(seconds=longest) < timedelta(seconds=20)

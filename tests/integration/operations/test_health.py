"""GET queue/health: 200 if all dependencies are available, otherwise 503 with the checks that failed."""

from datetime import timedelta

import pytest

from minutehand.operations import ticks
from minutehand.queue.tick import TickReport
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.operations import RULE, Aws

HEALTHY = {
    "database": {"ok": True, "message": "Postgres responds."},
    "queue": {"ok": True, "message": "SQS responds."},
    "rule": {"ok": True, "message": "The rule is enabled: rate(1 minute)."},
    "lastTick": {"ok": True, "message": "The last tick was 0 seconds ago."},
    "deadLetters": {"ok": True, "message": "The dead-letter queue is empty.", "count": 0},
    "apiVersions": {"ok": True, "message": "No version of a platform's API ends soon."},
}


def health(api: Api, roles: str = "") -> Reply:
    return api.call("queue_health", roles=roles)


def failed_checks(reply: Reply) -> set[str]:
    """Return the names of the checks that failed, and check that the error names them."""
    assert (reply.status, reply.body["success"], reply.body["code"]) == (503, False, "unhealthy")
    failed = {name for name, check in reply.body["checks"].items() if not check["ok"]}
    assert {detail["field"] for detail in reply.body["details"]} == failed
    assert all(reply.body["checks"][name]["message"] in reply.body["error"] for name in failed)
    return failed


@pytest.fixture(autouse=True)
def ticked(db: Database) -> None:
    ticks.record(db, "rule", TickReport(), started_at=START, ended_at=START)


@pytest.mark.parametrize("roles", ["", "viewer", "operator"])
def test_health_is_200_if_every_check_passes(api: Api, roles: str) -> None:
    reply = health(api, roles)

    assert (reply.status, reply.body) == (200, {"success": True, "checks": HEALTHY})


def test_health_needs_authentication(api: Api) -> None:
    assert api.call("queue_health", user=None).status == 401


def test_health_fails_if_the_rule_is_disabled(api: Api, aws: Aws) -> None:
    aws.events.disable_rule(Name=RULE)

    assert failed_checks(health(api)) == {"rule"}


def test_health_fails_if_the_rule_does_not_exist(api: Api, aws: Aws) -> None:
    aws.events.delete_rule(Name=RULE)

    assert failed_checks(health(api)) == {"rule"}


def test_health_fails_if_the_queue_does_not_exist(api: Api, aws: Aws) -> None:
    aws.sqs.delete_queue(QueueUrl=aws.publish_queue_url)

    assert failed_checks(health(api)) == {"queue"}


def test_health_fails_if_the_dead_letter_queue_does_not_exist(api: Api, aws: Aws) -> None:
    aws.sqs.delete_queue(QueueUrl=aws.dead_letter_queue_url)

    reply = health(api)
    assert failed_checks(reply) == {"deadLetters"}
    assert reply.body["checks"]["deadLetters"]["count"] is None


@pytest.mark.parametrize(("count", "contents"), [(1, "1 message"), (3, "3 messages")])
def test_health_counts_dead_letters(api: Api, aws: Aws, count: int, contents: str) -> None:
    for _ in range(count):
        aws.sqs.send_message(QueueUrl=aws.dead_letter_queue_url, MessageBody="{}")

    message = f"The dead-letter queue contains {contents}."
    assert health(api).body["checks"]["deadLetters"] == {"ok": True, "message": message, "count": count}


@pytest.mark.parametrize(
    ("minutes", "seconds", "healthy"), [(1, 1, True), (1, 180, True), (1, 181, False), (5, 900, True), (5, 901, False)]
)
def test_health_allows_three_missed_ticks(
    api: Api, aws: Aws, clock: FakeClock, minutes: int, seconds: int, healthy: bool
) -> None:
    if minutes > 1:
        aws.events.put_rule(Name=RULE, ScheduleExpression=f"rate({minutes} minutes)")
    clock.advance(seconds=seconds)

    reply = health(api)

    if healthy:
        message = f"The last tick was {seconds} {'second' if seconds == 1 else 'seconds'} ago."
        assert reply.body["checks"]["lastTick"] == {"ok": True, "message": message}
    else:
        assert failed_checks(reply) == {"lastTick"}


def test_health_ignores_ticks_that_a_person_runs(api: Api, db: Database, clock: FakeClock) -> None:
    clock.advance(minutes=10)
    ticks.record(db, "hand", TickReport(), started_at=clock.now(), ended_at=clock.now())

    assert failed_checks(health(api)) == {"lastTick"}


def test_health_fails_before_the_first_tick(api: Api, clock: FakeClock, database_url: str, db: Database) -> None:
    from minutehand.runtime.sql import Query

    db.fetch(Query("none", "DELETE FROM ticks"))

    assert failed_checks(health(api)) == {"lastTick"}


def test_health_fails_for_database_and_last_tick_without_postgres(api: Api) -> None:
    api.replace(open_database, lambda _: Database(lambda: "postgresql://nobody@127.0.0.1:1/none"))

    assert failed_checks(health(api)) == {"database", "lastTick"}


def test_checks_end_before_the_timeout_of_the_function(api: Api, db: Database, aws: Aws) -> None:
    """The checks run at the same time, so together they take no longer than the longest timeout of a client."""
    from minutehand.runtime import aws as clients

    timeouts = clients._CLIENT_CONFIG
    longest = timeouts.retries["total_max_attempts"] * (timeouts.connect_timeout + timeouts.read_timeout)  # type: ignore[attr-defined]
    assert timedelta(seconds=longest) < timedelta(seconds=20)

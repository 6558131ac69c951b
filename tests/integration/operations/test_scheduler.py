"""GET and POST scheduler: the rule, the last tick, and a tick that an operator runs."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from minutehand.operations import scheduler, ticks
from minutehand.operations.forms.scheduler_action import SchedulerAction
from minutehand.operations.rule import Schedule, TickRule
from minutehand.queue.resources import open_sqs
from minutehand.queue.tick import TickReport
from minutehand.runtime.configs.queue import QueueConfig
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from tests.support.api import CONTEXT, Api, Reply, sample
from tests.support.clock import START, FakeClock
from tests.support.cold_start import ENVIRON, Openers, start
from tests.support.factories import make_posts
from tests.support.jobs import make_job
from tests.support.operations import RULE, Aws
from tests.support.sqs import FakeSqs


def get_scheduler(api: Api, roles: str = "operator") -> Reply:
    return api.call("scheduler_control", user="olga", roles=roles)


def act(api: Api, roles: str = "operator", **body: Any) -> Reply:
    return api.call("scheduler_control", body, user="olga", roles=roles, httpMethod="POST")


def tick_by_rule(db: Database, clock: FakeClock, **changes: Any) -> None:
    openers: Openers = {open_sqs: lambda _: FakeSqs(clock)}
    app = start("scheduler", db=db, clock=clock, environ=ENVIRON, openers=openers)
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 50_000)
    app.handler(sample("scheduler") | changes, context)


def test_last_tick_is_null_before_the_first_tick(api: Api) -> None:
    assert get_scheduler(api).body == {
        "success": True,
        "isRunning": True,
        "interval": {"minutes": 1, "expression": "rate(1 minute)"},
        "lastTick": None,
        "nextTick": None,
        "counts": {"scheduled": 0, "queued": 0, "published": 0, "failed": 0},
        "capped": [],
    }


def test_posts_are_counted_by_status(api: Api, db: Database) -> None:
    for state in ("delayed", "waiting", "held", "completed", "failed", "unknown"):
        make_job(db, state, owner=state)

    assert get_scheduler(api).body["counts"] == {"scheduled": 1, "queued": 2, "published": 1, "failed": 2}


def test_last_tick_of_the_rule_is_shown_with_its_report(
    api: Api, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_posts(db, 3, due=START + timedelta(seconds=30))
    tick_by_rule(db, clock)
    clock.advance(seconds=20)

    answer = get_scheduler(api).body

    assert answer["nextTick"] == "2026-03-02T09:01:00.000Z"
    last = answer["lastTick"]
    assert (last["caller"], last["startedAt"], last["endedAt"]) == ("rule", *["2026-03-02T09:00:00.000Z"] * 2)
    assert (last["claimed"], last["sent"], last["unsent"], last["finished"]) == (3, 3, 0, True)


def test_tick_of_a_person_does_not_change_the_next_tick(
    api: Api, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick_by_rule(db, clock)
    clock.advance(seconds=20)
    tick_by_rule(db, clock, source="by hand")

    answer = get_scheduler(api).body

    assert (answer["lastTick"]["caller"], answer["lastTick"]["startedAt"]) == ("hand", "2026-03-02T09:00:20.000Z")
    assert answer["nextTick"] == "2026-03-02T09:01:00.000Z"


def test_last_tick_is_the_one_that_started_last(db: Database) -> None:
    late, early = START + timedelta(seconds=60), START
    for begun, claimed in ((late, 2), (early, 1)):
        ticks.record(db, "rule", TickReport(claimed=claimed), started_at=begun, ended_at=late + timedelta(seconds=5))

    [last] = ticks.latest(db)

    assert (last["started_at"], last["report"]["claimed"]) == (late, 2)


def test_stop_and_start_disable_and_enable_the_rule(api: Api, aws: Aws) -> None:
    stopped = act(api, action="stop")
    assert (stopped.status, stopped.body["isRunning"]) == (200, False)
    assert aws.rule() == ("DISABLED", "rate(1 minute)")
    assert (get_scheduler(api).body["isRunning"], get_scheduler(api).body["nextTick"]) == (False, None)

    assert act(api, action="start").body["isRunning"] is True
    assert aws.rule() == ("ENABLED", "rate(1 minute)")


def test_change_of_the_rule_in_eventbridge_is_shown(api: Api, aws: Aws) -> None:
    aws.events.disable_rule(Name=RULE)
    assert get_scheduler(api).body["isRunning"] is False

    aws.events.put_rule(Name=RULE, ScheduleExpression="cron(0 12 * * ? *)", State="ENABLED")
    answer = get_scheduler(api).body
    assert answer["interval"] == {"minutes": None, "expression": "cron(0 12 * * ? *)"}


@pytest.mark.parametrize(
    ("minutes", "expression", "warned"),
    [(1, "rate(1 minute)", False), (2, "rate(2 minutes)", False), (60, "rate(60 minutes)", True)],
)
def test_interval_is_written_to_the_rule(api: Api, aws: Aws, minutes: int, expression: str, warned: bool) -> None:
    reply = act(api, action="interval", minutes=minutes)

    assert reply.body["interval"] == {"minutes": minutes, "expression": expression}
    assert ("warnings" in reply.body) is warned
    assert aws.rule() == ("ENABLED", expression)
    assert aws.events.describe_rule(Name=RULE)["Description"] == "The minute hand."


def test_new_interval_does_not_enable_a_stopped_rule(api: Api, aws: Aws) -> None:
    act(api, action="stop")

    assert act(api, action="interval", minutes=5).body["isRunning"] is False
    assert aws.rule() == ("DISABLED", "rate(5 minutes)")


class Events:
    """A client of EventBridge with one rule. ``between``: called once, after the rule was first read."""

    def __init__(self) -> None:
        self.state, self.expression = "ENABLED", "rate(1 minute)"
        self.between: Callable[[], object] | None = None

    def describe_rule(self, *, Name: str) -> dict[str, str]:  # noqa: N803
        answer = {"State": self.state, "ScheduleExpression": self.expression}
        between, self.between = self.between, None
        if between is not None:
            between()
        return answer

    def enable_rule(self, *, Name: str) -> None:  # noqa: N803
        self.state = "ENABLED"

    def disable_rule(self, *, Name: str) -> None:  # noqa: N803
        self.state = "DISABLED"

    def put_rule(self, *, Name: str, ScheduleExpression: str, State: str) -> None:  # noqa: N803
        self.expression, self.state = ScheduleExpression, State


CONFIG = QueueConfig(database_url="unused", publish_queue_url="q")
SETTING = SchedulerAction(action="interval", minutes=5)
STOPPING = SchedulerAction(action="stop")
WAITING = Query(
    "waiting", "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def test_stop_is_not_undone_by_a_concurrent_change_of_the_interval(db: Database, database_url: str) -> None:
    events = Events()
    rule = TickRule(events, RULE)
    other, watcher = Database(lambda: database_url), Database(lambda: database_url)
    answers: list[scheduler.RuleChanged] = []
    stopping = threading.Thread(target=lambda: answers.append(scheduler.control(other, rule, STOPPING, CONFIG)))

    def stop() -> None:
        stopping.start()
        deadline = time.monotonic() + 20
        while not watcher.fetch(WAITING) and stopping.is_alive():
            assert time.monotonic() < deadline

    events.between = stop
    scheduler.control(db, rule, SETTING, CONFIG)
    stopping.join()
    other.close()
    watcher.close()

    assert [answer["isRunning"] for answer in answers] == [False]
    assert rule.read() == Schedule(enabled=False, expression="rate(5 minutes)")


def test_change_that_waits_too_long_for_the_lock_fails_without_effect(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = Query("limit_lock", "SELECT set_config('lock_timeout', '50ms', true)")
    monkeypatch.setattr(scheduler, "_queries", {**scheduler._queries, "limit_lock": impatient})
    events = Events()
    rule = TickRule(events, RULE)
    other = Database(lambda: database_url)
    refused: list[str] = []

    def stop() -> None:
        with pytest.raises(Conflict) as busy:
            scheduler.control(other, rule, STOPPING, CONFIG)
        refused.append(busy.value.code)

    events.between = stop
    scheduler.control(db, rule, SETTING, CONFIG)
    other.close()

    assert refused == ["scheduler_busy"]
    assert rule.read().enabled


def test_rule_can_be_stopped_and_started_without_postgres(
    api: Api, aws: Aws, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database(lambda: "postgresql://127.0.0.1:1/away")
    api.replace(open_database, lambda _: away)

    stopped, rule_then = act(api, action="stop"), aws.rule()
    refused = act(api, action="interval", minutes=5)
    started = act(api, action="start")

    assert (stopped.status, stopped.body["isRunning"], rule_then[0]) == (200, False, "DISABLED")
    assert (refused.status, refused.body["code"]) == (500, "database_unavailable")
    assert (started.status, aws.rule()) == (200, ("ENABLED", "rate(1 minute)"))
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "Postgres is unavailable; the rule is changed without a lock"
    ] * 2


def test_stop_is_done_once_if_the_lock_is_lost(db: Database, database_url: str) -> None:
    """The stop is done once, whatever happens to the transaction afterwards."""
    events = Events()
    ended = Query(
        "ended",
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE state = 'idle in transaction' AND datname = current_database()""",
    )
    killer, done = Database(lambda: database_url), list[str]()

    class Cut(TickRule):
        def stop(self) -> None:
            super().stop()
            done.append("stop")
            killer.fetch(ended)

    answer = scheduler.control(db, Cut(events, RULE), STOPPING, CONFIG)
    killer.close()

    assert (answer["isRunning"], done) == (False, ["stop"])


def test_check_runs_a_tick_at_once(api: Api, db: Database, aws: Aws) -> None:
    make_posts(db, 3, due=START + timedelta(seconds=30))

    reply = act(api, action="check")

    assert (reply.body["queued"], reply.body["failed"], reply.body["errors"]) == (3, 0, [])
    assert reply.body["tick"]["sent"] == 3
    attributes = aws.sqs.get_queue_attributes(QueueUrl=aws.publish_queue_url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "3"
    assert get_scheduler(api).body["lastTick"]["caller"] == "hand"


@pytest.mark.parametrize(
    ("posts", "error"),
    [
        (1, "SQS did not accept 1 message; a later tick sends it."),
        (3, "SQS did not accept 3 messages; a later tick sends them."),
    ],
    ids=["one", "several"],
)
def test_check_reports_messages_that_were_not_sent(api: Api, db: Database, aws: Aws, posts: int, error: str) -> None:
    make_posts(db, posts, due=START + timedelta(seconds=30))
    aws.sqs.delete_queue(QueueUrl=aws.publish_queue_url)

    reply = act(api, action="check")

    assert (reply.status, reply.body["queued"], reply.body["failed"]) == (200, posts, posts)
    assert reply.body["errors"] == [error]


@pytest.mark.parametrize("roles", ["", "viewer", "editor", "approver"])
def test_scheduler_needs_the_operator_role(api: Api, aws: Aws, roles: str) -> None:
    assert (get_scheduler(api, roles).status, get_scheduler(api, roles).body["code"]) == (403, "role_required")
    for body in ({"action": "stop"}, {"action": "check"}, {"action": "interval", "minutes": 5}):
        assert act(api, roles, **body).status == 403
    assert aws.rule() == ("ENABLED", "rate(1 minute)")
    assert api.call("scheduler_control", user=None).status == 401
    assert get_scheduler(api, "admin").status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "restart"}, "action"),
        ({"action": "interval"}, "minutes"),
        ({"action": "interval", "minutes": 0}, "minutes"),
        ({"action": "interval", "minutes": 61}, "minutes"),
        ({"action": "interval", "minutes": 1.5}, "minutes"),
        ({"action": "interval", "minutes": "5"}, "minutes"),
        ({"action": "start", "now": True}, "now"),
    ],
)
def test_invalid_field_is_named_in_the_error(api: Api, aws: Aws, body: dict[str, Any], field: str) -> None:
    reply = act(api, **body)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)
    assert aws.rule() == ("ENABLED", "rate(1 minute)")

"""The template's alarms go off for the metrics that the code emits: each test injects the fault of one alarm."""

import operator
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from local import template
from minutehand.platforms.api_versions import NOTICE, api_versions
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.queue.retry import MAX_LEASES
from minutehand.runtime.sql import Query
from tests.integration.monitoring.deployment import Broken, Deployment, Silent
from tests.support.emf import Measured, measured, statistic, values

STAGE = "local"
ALARMS = {
    name: resource["Properties"]
    for name, resource in template.load()["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm" and resource["Properties"]["Namespace"] == "Minutehand"
}
CRASH_IN_PUBLISH_CALL = Query(
    "crash_in_publish_call",
    """UPDATE publications
       SET state = 'publishing', leases = %(leases)s, lease_token = gen_random_uuid(), lease_until = %(now)s,
           armed_at = %(now)s, attempts = 1
       WHERE post_id = %(post)s""",
)
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def postgres_is_unavailable_to_the_tick(deployment: Deployment) -> None:
    deployment.stop_postgres()
    with pytest.raises(psycopg.OperationalError):
        deployment.tick()


def publisher_does_not_run(deployment: Deployment) -> None:
    deployment.post(late=301)
    deployment.tick()


def publisher_is_late(deployment: Deployment) -> None:
    post = deployment.post()
    deployment.tick()
    deployment.clock.advance(seconds=5.1)
    deployment.publish(post)


def response_is_lost(deployment: Deployment) -> None:
    deployment.use_adapter(Silent())
    post = deployment.post()
    deployment.tick()
    for _ in range(2):
        deployment.publish(post)
        deployment.clock.advance(seconds=5)


def message_becomes_a_dead_letter(deployment: Deployment) -> None:
    post = deployment.post()
    deployment.tick()
    deployment.resolve_dead_letters(post)


def adapter_has_a_bug(deployment: Deployment) -> None:
    deployment.use_adapter(Broken())
    post = deployment.post()
    deployment.tick()
    for _ in range(3):
        deployment.publish(post)
        deployment.clock.advance(seconds=10)


def client_credentials_are_missing(deployment: Deployment) -> None:
    assert deployment.refresh_tokens(3)["failed"] == 3


def postgres_is_unavailable_to_callers(deployment: Deployment) -> None:
    deployment.stop_postgres()
    for _ in range(3):
        assert deployment.list_posts()["statusCode"] == 500


def api_version_ends_soon(deployment: Deployment) -> None:
    end = min(each.end for each in api_versions(ApiVersionsConfig()) if each.end)
    deployment.clock.advance(days=(end - deployment.clock.now().date() - NOTICE).days)
    deployment.tick()


FAULTS = {
    "NoTickAlarm": postgres_is_unavailable_to_the_tick,
    "OverdueAlarm": publisher_does_not_run,
    "LatenessAlarm": publisher_is_late,
    "UnknownOutcomesAlarm": response_is_lost,
    "DeadLettersAlarm": message_becomes_a_dead_letter,
    "PublisherErrorsAlarm": adapter_has_a_bug,
    "TokenRefreshAlarm": client_credentials_are_missing,
    "DatabaseConnectionsAlarm": postgres_is_unavailable_to_callers,
    "ApiVersionsAlarm": api_version_ends_soon,
}


def watched(alarm: dict[str, Any], emitted: list[Measured]) -> list[float]:
    """Return the values that the alarm watches: those of its namespace, metric and exact dimensions."""
    dimensions = {
        each["Name"]: STAGE if each["Value"] == {"Ref": "Stage"} else each["Value"] for each in alarm["Dimensions"]
    }
    return values([each for each in emitted if each.namespace == alarm["Namespace"]], alarm["MetricName"], **dimensions)


def is_raised(alarm: dict[str, Any], emitted: list[Measured]) -> bool:
    """Return whether the alarm would go off if each of its periods contained all of ``emitted``."""
    seen = watched(alarm, emitted)
    if not seen:
        return bool(alarm["TreatMissingData"] == "breaching")
    crosses = COMPARISONS[alarm["ComparisonOperator"]]
    return crosses(statistic(alarm.get("Statistic") or alarm["ExtendedStatistic"], seen), alarm["Threshold"])


def test_each_alarm_on_own_metrics_has_a_fault() -> None:
    assert set(FAULTS) == set(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
def test_fault_raises_its_alarm(name: str, deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    FAULTS[name](deployment)

    assert is_raised(ALARMS[name], measured(capsys.readouterr().out))


@pytest.mark.parametrize("name", ["OverdueAlarm", "LatenessAlarm", "UnknownOutcomesAlarm", "DeadLettersAlarm"])
def test_fault_in_test_mode_raises_no_alarm(
    name: str, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.owner_id = "test:ada"
    capsys.readouterr()

    FAULTS[name](deployment)

    emitted = measured(capsys.readouterr().out)
    assert not is_raised(ALARMS[name], emitted)
    assert {each.name for each in emitted if any(each.values)} <= {"Ticks", "TickDuration", "ApiVersionDaysLeft"}


def test_dead_letters_without_postgres_are_counted(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    post = deployment.post()
    deployment.tick()
    records = deployment.records(post)
    deployment.stop_postgres()
    capsys.readouterr()

    with pytest.raises(psycopg.OperationalError):
        deployment.aws.dead_letters.handler({"Records": records}, deployment.context)

    assert values(measured(capsys.readouterr().out), "DeadLetters", Stage=STAGE) == [1]


def test_minute_without_faults_raises_no_alarm(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    post = deployment.post("threads", "bluesky")

    deployment.tick()
    deployment.publish(post)
    deployment.tick()

    emitted = measured(capsys.readouterr().out)
    assert {name for name, alarm in ALARMS.items() if is_raised(alarm, emitted)} == set()
    assert watched(ALARMS["NoTickAlarm"], emitted) == [1, 1]
    assert len(watched(ALARMS["LatenessAlarm"], emitted)) == 2


def test_unknown_outcome_of_a_dead_letter_raises_its_alarm(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    post = deployment.post()
    deployment.tick()
    deployment.db.fetch(CRASH_IN_PUBLISH_CALL, leases=MAX_LEASES, now=deployment.clock.now(), post=post)
    deployment.clock.advance(seconds=1)

    deployment.resolve_dead_letters(post)

    emitted = measured(capsys.readouterr().out)
    assert is_raised(ALARMS["UnknownOutcomesAlarm"], emitted)
    assert values(emitted, "Unknown", Stage=STAGE, Platform="threads") == [1]

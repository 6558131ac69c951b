"""Joins the alarms of the template with what the code emits: each thing that has an alarm is broken for real."""

import operator
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from local import template
from minutehand.queue.dead_letters import MAX_LEASES
from minutehand.runtime.sql import Query
from tests.integration.monitoring.site import Broken, Silent, Site
from tests.support.emf import Measured, measured, statistic, values

STAGE = "local"
OURS = {
    name: resource["Properties"]
    for name, resource in template.load()["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm" and resource["Properties"]["Namespace"] == "Minutehand"
}
DIE_IN_THE_CALL = Query(
    "die_in_the_call",
    """UPDATE publications
       SET state = 'publishing', leases = %(leases)s, lease_token = gen_random_uuid(), lease_until = %(now)s,
           armed_at = %(now)s, attempts = 1
       WHERE post_id = %(post)s""",
)
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


def postgres_away_for_the_tick(site: Site) -> None:
    site.postgres_is_away()
    with pytest.raises(psycopg.OperationalError):
        site.tick()


def nobody_drains_the_queue(site: Site) -> None:
    site.post(late=301)
    site.tick()


def a_publisher_that_is_late(site: Site) -> None:
    post = site.post()
    site.tick()
    site.clock.advance(seconds=5.1)
    site.publish(post)


def an_answer_that_is_lost(site: Site) -> None:
    site.platforms_are(Silent())
    post = site.post()
    site.tick()
    for _ in range(2):
        site.publish(post)
        site.clock.advance(seconds=5)


def a_message_that_dies(site: Site) -> None:
    post = site.post()
    site.tick()
    site.bury(post)


def a_bug(site: Site) -> None:
    site.platforms_are(Broken())
    post = site.post()
    site.tick()
    for _ in range(3):
        site.publish(post)
        site.clock.advance(seconds=10)


def a_platform_that_does_not_know_us(site: Site) -> None:
    assert site.refresh_tokens(3)["failed"] == 3


def postgres_away_for_callers(site: Site) -> None:
    site.postgres_is_away()
    for _ in range(3):
        assert site.list_posts()["statusCode"] == 500


BREAKING = {
    "NoTickAlarm": postgres_away_for_the_tick,
    "OverdueAlarm": nobody_drains_the_queue,
    "LatenessAlarm": a_publisher_that_is_late,
    "UnknownOutcomesAlarm": an_answer_that_is_lost,
    "DeadLettersAlarm": a_message_that_dies,
    "PublisherErrorsAlarm": a_bug,
    "TokenRefreshAlarm": a_platform_that_does_not_know_us,
    "DatabaseConnectionsAlarm": postgres_away_for_callers,
}


def watched(alarm: dict[str, Any], emitted: list[Measured]) -> list[float]:
    """Return the values that the alarm sees: those of its namespace and metric under exactly its dimensions."""
    dimensions = {
        each["Name"]: STAGE if each["Value"] == {"Ref": "Stage"} else each["Value"] for each in alarm["Dimensions"]
    }
    return values([each for each in emitted if each.namespace == alarm["Namespace"]], alarm["MetricName"], **dimensions)


def is_raised(alarm: dict[str, Any], emitted: list[Measured]) -> bool:
    """Whether the alarm would go off if all of ``emitted`` fell into each of its periods."""
    seen = watched(alarm, emitted)
    if not seen:
        return bool(alarm["TreatMissingData"] == "breaching")
    crosses = COMPARISONS[alarm["ComparisonOperator"]]
    return crosses(statistic(alarm.get("Statistic") or alarm["ExtendedStatistic"], seen), alarm["Threshold"])


def test_each_alarm_on_our_metrics_has_something_that_is_broken_for_it() -> None:
    assert set(BREAKING) == set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_what_breaks_raises_its_alarm(name: str, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    BREAKING[name](site)

    assert is_raised(OURS[name], measured(capsys.readouterr().out))


def test_a_good_minute_raises_no_alarm(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    post = site.post("threads", "bluesky")

    site.tick()
    site.publish(post)
    site.tick()

    emitted = measured(capsys.readouterr().out)
    assert {name for name, alarm in OURS.items() if is_raised(alarm, emitted)} == set()
    assert watched(OURS["NoTickAlarm"], emitted) == [1, 1]
    assert len(watched(OURS["LatenessAlarm"], emitted)) == 2


def test_an_outcome_that_dead_letters_leave_open_raises_the_alarm_too(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    post = site.post()
    site.tick()
    site.db.fetch(DIE_IN_THE_CALL, leases=MAX_LEASES, now=site.clock.now(), post=post)
    site.clock.advance(seconds=1)

    site.bury(post)

    emitted = measured(capsys.readouterr().out)
    assert is_raised(OURS["UnknownOutcomesAlarm"], emitted)
    assert values(emitted, "Unknown", Stage=STAGE, Platform="threads") == [1]

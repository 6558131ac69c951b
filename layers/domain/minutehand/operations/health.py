"""Checks the health of the queue: its dependencies, its last tick, its dead letters, and the versions of the platforms'
APIs.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from aws_lambda_powertools.logging import Logger

from minutehand.operations import ticks
from minutehand.operations.configs.health import HealthConfig
from minutehand.operations.rule import Schedule, TickRule
from minutehand.platforms.api_versions import api_versions
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MISSED_TICKS = 3
"""The maximum age of the rule's last tick, in intervals of the rule."""
SEE_LOG = "The log of the function queue_health states the cause."

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. ``message`` describes the result for people."""

    ok: bool
    message: str


@dataclass(frozen=True, slots=True)
class DeadLettersCheck(Check):
    """The result of the check of the dead-letter queue, with the approximate number of its messages."""

    count: int | None


class CheckResult(TypedDict):
    """The result of one check, as the API shows it."""

    ok: bool
    message: str
    """The description of the result, for people."""


class DeadLettersResult(CheckResult):
    """The result of the check of the dead-letter queue."""

    count: int | None
    """The approximate number of messages in the queue, or null if it is not known."""


class Checks(TypedDict):
    """The result of each check of the queue."""

    database: CheckResult
    queue: CheckResult
    rule: CheckResult
    lastTick: CheckResult
    deadLetters: DeadLettersResult
    apiVersions: CheckResult


class QueueHealth(TypedDict):
    """The health of the queue: the result of each check."""

    checks: Checks


def run_checks(
    db: Database, sqs: "SQSClient", config: HealthConfig, rule: TickRule, *, now: datetime
) -> dict[str, Check]:
    """Check Postgres, SQS, the rule, the last tick and the dead letters. The calls run in parallel, with their clients'
    timeouts.
    """
    probes: Mapping[str, Callable[[], Any]] = {
        "database": lambda: db.one(_queries["alive"]) and ticks.latest(db),
        "queue": lambda: _count_messages(sqs, config.publish_queue_url),
        "rule": rule.read,
        "deadLetters": lambda: _count_messages(sqs, config.dead_letter_queue_url),
    }
    with ThreadPoolExecutor(len(probes)) as pool:
        found = dict(zip(probes, pool.map(_probe, probes, probes.values()), strict=True))
    return {
        "database": _check("Postgres", found["database"]),
        "queue": _check("SQS", found["queue"]),
        "rule": _check_rule(found["rule"]),
        "lastTick": _check_last_tick(found["database"], found["rule"], now),
        "deadLetters": _check_dead_letters(found["deadLetters"]),
    }


def check_api_versions(config: ApiVersionsConfig, *, now: datetime) -> Check:
    """Check that no platform has ended an API version that Minutehand calls. The message also warns about versions that
    end soon.
    """
    versions = api_versions(config)
    warnings = [warning for version in versions if (warning := version.warning(now))]
    ended = any(version.has_ended(now) for version in versions)
    return Check(not ended, " ".join(warnings) or "No version of a platform's API ends soon.")


def health_report(checks: Mapping[str, Check]) -> QueueHealth:
    """Return the ``checks`` for the API.

    Raises:
        Unavailable: at least one check failed. The error contains all checks, and the failed checks as details.
    """
    shown = cast("Checks", {name: asdict(check) for name, check in checks.items()})
    failed = [{"field": name, "message": check.message} for name, check in checks.items() if not check.ok]
    if failed:
        sentence = " ".join(detail["message"] for detail in failed)
        raise Unavailable(sentence, code="unhealthy", details=failed, fields={"checks": shown})
    return {"checks": shown}


def _probe(name: str, probe: Callable[[], Any]) -> Any:
    try:
        return probe()
    except Exception:
        logger.exception("a health check failed", extra={"check": name})
        return None


def _count_messages(sqs: "SQSClient", queue_url: str) -> int:
    name: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"][name])


def _check(service: str, found: Any) -> Check:
    return (
        Check(True, f"{service} responds.")
        if found is not None
        else Check(False, f"{service} cannot be used. {SEE_LOG}")
    )


def _check_rule(schedule: Schedule | None) -> Check:
    if schedule is None:
        return Check(False, f"The state of the rule cannot be read. {SEE_LOG}")
    if not schedule.enabled:
        return Check(False, "The rule is disabled. Start the scheduler to enable it.")
    return Check(True, f"The rule is enabled: {schedule.expression}.")


def _check_dead_letters(count: int | None) -> DeadLettersCheck:
    if count is None:
        return DeadLettersCheck(False, f"The dead-letter queue cannot be used. {SEE_LOG}", None)
    contents = {0: "is empty", 1: "contains 1 message"}.get(count, f"contains {count:,} messages")
    return DeadLettersCheck(True, f"The dead-letter queue {contents}.", count)


def _check_last_tick(rows: list[dict[str, Any]] | None, schedule: Schedule | None, now: datetime) -> Check:
    if rows is None:
        return Check(False, f"The time of the last tick cannot be read. {SEE_LOG}")
    last = ticks.last_scheduled_start(rows)
    if last is None:
        return Check(False, "No tick that the rule started has completed yet. Check again after the next tick.")
    allowed = MAX_MISSED_TICKS * ((schedule and schedule.interval) or timedelta(minutes=1))
    age = now - last
    seconds = round(age.total_seconds())
    sentence = f"The last tick was {seconds} {'second' if seconds == 1 else 'seconds'} ago"
    limit = f"; at most {allowed.total_seconds():.0f} seconds are allowed."
    return Check(age <= allowed, f"{sentence}." if age <= allowed else f"{sentence}{limit}")


_queries = sql.load(__package__)

"""Whether everything that the queue needs is there: asked by what watches over it, and by people."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger

from minutehand.operations import ticks
from minutehand.operations.rule import Schedule, TickRule
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MISSED_TICKS = 3
"""So many may be missed in a row before the scheduler counts as standing still."""

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Check:
    """What one look came to; ``message`` is for people."""

    ok: bool
    message: str


def run_checks(db: Database, sqs: "SQSClient", queue_url: str, rule: TickRule, *, now: datetime) -> dict[str, Check]:
    """Look at Postgres, SQS, the rule and the last tick, at the same time; each within the patience of its client."""
    looks: Mapping[str, Callable[[], Any]] = {
        "database": lambda: db.one(_queries["alive"]) and ticks.latest(db),
        "queue": lambda: sqs.get_queue_attributes(
            QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        )["Attributes"],
        "rule": rule.read,
    }
    with ThreadPoolExecutor(len(looks)) as pool:
        found = dict(zip(looks, pool.map(_tried, looks, looks.values()), strict=True))
    return {
        "database": _there(found["database"], "Postgres answers.", "Postgres does not answer."),
        "queue": _there(found["queue"], "SQS answers.", "SQS does not answer."),
        "rule": _rule(found["rule"]),
        "lastTick": _last_tick(found["database"], found["rule"], now),
    }


def health_report(checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return the ``checks`` as the API shows them.

    Raises:
        Unavailable: one of them failed; with all of them, and those that failed as details.
    """
    shown = {name: asdict(check) for name, check in checks.items()}
    failed = [{"field": name, "message": check.message} for name, check in checks.items() if not check.ok]
    if failed:
        sentence = " ".join(detail["message"] for detail in failed)
        raise Unavailable(sentence, code="unhealthy", details=failed, fields={"checks": shown})
    return {"checks": shown}


def _tried(name: str, look: Callable[[], Any]) -> Any:
    try:
        return look()
    except Exception:
        # Whatever it was: that it cannot be asked is the answer.
        logger.exception("a check of the health failed", extra={"check": name})
        return None


def _there(found: Any, well: str, ill: str) -> Check:
    return Check(True, well) if found is not None else Check(False, ill)


def _rule(schedule: Schedule | None) -> Check:
    if schedule is None:
        return Check(False, "EventBridge does not say whether the rule is enabled.")
    if not schedule.enabled:
        return Check(False, "The rule is disabled: no tick comes until the scheduler is started.")
    return Check(True, f"The rule is enabled: {schedule.expression}.")


def _last_tick(rows: list[dict[str, Any]] | None, schedule: Schedule | None, now: datetime) -> Check:
    if rows is None:
        return Check(False, "It is not known when the last tick was: Postgres does not answer.")
    last = ticks.last_scheduled_start(rows)
    if last is None:
        return Check(False, "There was no tick yet.")
    allowed = MISSED_TICKS * ((schedule and schedule.interval) or timedelta(minutes=1))
    age = now - last
    sentence = f"The last tick was {age.total_seconds():.0f} s ago."
    return Check(age <= allowed, sentence if age <= allowed else f"{sentence} More than {allowed} is too long.")


_queries = sql.load(__package__)

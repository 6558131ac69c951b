"""Reports the health of the queue, with status 200 if every check succeeds, and 503 otherwise."""

from minutehand.operations.configs.health import HealthConfig
from minutehand.operations.health import QueueHealth, check_api_versions, health_report, run_checks
from minutehand.operations.resources import open_tick_rule
from minutehand.queue.resources import open_sqs
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/queue/health", HealthConfig)


@function.on("GET", READ)
def get_queue_health(request: Request) -> QueueHealth:
    """Check the queue and its dependencies, and return the result of each check."""
    sqs, rule, now = function.resource(open_sqs), function.resource(open_tick_rule), function.now()
    checks = run_checks(function.db, sqs, function.config, rule, now=now)
    return health_report(checks | {"apiVersions": check_api_versions(function.config, now=now)})

"""The metric of the days until a version of a platform's API ends."""

from datetime import datetime

from minutehand.platforms.api_versions import api_versions
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.runtime.metrics import Metric, Metrics


def add_version_metrics(metrics: Metrics, config: ApiVersionsConfig, *, now: datetime) -> None:
    """For each version of a platform's API whose end is known, add the number of days until its end."""
    for version in api_versions(config):
        left = version.days_left(now)
        if left is not None:
            metrics.add(Metric.API_VERSION_DAYS_LEFT, left, Api=version.api)

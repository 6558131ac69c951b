from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.runtime.configs.queue import QueueConfig


class SchedulerConfig(QueueConfig, ApiVersionsConfig):
    """The configuration of the scheduler, which reports how long the platforms serve the versions of their APIs."""

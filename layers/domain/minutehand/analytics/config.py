"""Settings of the function that collects metrics: its limits, and its access to platforms and tokens."""

from pydantic import Field

from minutehand.connections.configs.vault import VaultConfig
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.configs.app_view import AppViewConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.network import NetworkConfig


class CollectorConfig(DatabaseConfig, NetworkConfig, ApiVersionsConfig, VaultConfig, AppViewConfig):
    """Settings of the collector.

    ``paid_reads_per_month``: the maximum number of paid reads for one owner on X in a month in UTC. A reading of a post
    counts as one read, and a reading of an account as two. If the number is 0, no metrics are read from X.
    ``metric_days``: the number of days after which metrics and numbers of followers are deleted. For metrics, the days
    are counted from the publication.
    """

    paid_reads_per_month: int = Field(default=0, ge=0)
    metric_days: int = Field(default=730, ge=31)

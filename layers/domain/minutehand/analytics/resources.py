"""Opens the collector of metrics; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

from minutehand.connections.resources import open_vault
from minutehand.platforms.resources import open_http_client

if TYPE_CHECKING:
    from minutehand.analytics.collector import Collector
    from minutehand.analytics.config import CollectorConfig
    from minutehand.runtime.function import Function


def open_collector(function: "Function[CollectorConfig]") -> "Collector":
    """Return the collector of metrics."""
    from minutehand.analytics.account_reading import AccountReading
    from minutehand.analytics.collector import Collector

    reading = AccountReading(function.lazy(open_vault), function.lazy(open_http_client), function.clock)
    budget = function.config.paid_reads_per_month
    return Collector(function.db, reading, function.clock, paid_reads_per_month=budget)

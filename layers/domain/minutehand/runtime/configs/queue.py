from datetime import timedelta
from typing import Literal

from pydantic import Field

from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.default_window import DefaultWindow

MAX_SEND_LEAD_SECONDS = 10
"""The maximum lead, in seconds."""


class QueueConfig(DatabaseConfig, DefaultWindow):
    """The configuration of functions that send messages to the publish queue."""

    publish_queue_url: str
    horizon_seconds: int = Field(default=120, ge=60, le=900)
    send_lead_seconds: int = Field(default=3, ge=0, le=MAX_SEND_LEAD_SECONDS)
    unconnected_platforms: Literal["sandbox", "reject"] = "reject"
    catch_up_spacing_seconds: int = Field(default=1, ge=0, le=3_600)

    @property
    def horizon(self) -> timedelta:
        """The horizon: a tick claims the posts that are due within this time."""
        return timedelta(seconds=self.horizon_seconds)

    @property
    def catch_up_spacing(self) -> timedelta:
        """The minimum time between two overdue publications on the same connection."""
        return timedelta(seconds=self.catch_up_spacing_seconds)

    @property
    def send_lead(self) -> timedelta:
        """The lead: the time between the arrival of a post's message and the post's time."""
        return timedelta(seconds=self.send_lead_seconds)

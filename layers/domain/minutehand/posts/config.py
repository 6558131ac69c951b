"""Configuration of functions that work on posts."""

from pydantic import Field

from minutehand.runtime.config import DatabaseConfig, QueueConfig


class CheckingConfig(DatabaseConfig):
    """What functions that look at the media of posts need to know. Only locally may these be in private networks."""

    media_from_private_networks: bool = False


class SchedulingConfig(QueueConfig, CheckingConfig):
    """What is needed to check a post and to make its job."""


class ArchiverConfig(DatabaseConfig):
    """What the archiver needs to know. ``archive_after_days``: 0 switches it off."""

    archive_after_days: int = Field(default=90, ge=0, le=36_500)

"""Configuration of functions that read or change posts."""

from pydantic import Field

from minutehand.runtime.config import DatabaseConfig, NetworkConfig, QueueConfig


class ProbingConfig(DatabaseConfig, NetworkConfig):
    """Settings of functions that probe the media of posts."""


class SchedulingConfig(QueueConfig, ProbingConfig):
    """Settings of functions that validate a post and create its job."""

    max_open_posts: int = Field(default=10_000, ge=1)
    """The maximum number of an owner's drafts, scheduled and queued posts."""


class ArchiverConfig(DatabaseConfig):
    """Settings of the archiver. If ``archive_after_days`` is 0, the archiver does nothing."""

    archive_after_days: int = Field(default=90, ge=0, le=36_500)

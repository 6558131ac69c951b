"""Settings of the publisher, which include those of the queue, of retries and of token refreshes."""

from pydantic import field_validator

from minutehand.oauth.configs.refresher import RefresherConfig
from minutehand.platforms.configs.video_service import VideoServiceConfig
from minutehand.runtime.config import only_locally
from minutehand.runtime.configs.queue import QueueConfig
from minutehand.runtime.configs.retry import RetryConfig


class PublisherConfig(QueueConfig, RetryConfig, RefresherConfig, VideoServiceConfig):
    """Settings of the queue, retries, tokens, OAuth clients, sandbox, media bucket and Bluesky's video service."""

    sandbox_url: str | None = None
    """The address of the sandbox server, which only the stage local has."""
    media_bucket: str | None = None

    _sandbox_only_locally = field_validator("sandbox_url")(only_locally)

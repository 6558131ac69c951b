"""Settings of the publisher."""

from pydantic import field_validator

from minutehand.oauth.config import RefresherConfig
from minutehand.platforms.bluesky.config import VideoServiceConfig
from minutehand.runtime.config import QueueConfig, RetryConfig, only_locally


class PublisherConfig(QueueConfig, RetryConfig, RefresherConfig, VideoServiceConfig):
    """The configuration of the queue, retries, tokens, OAuth clients, sandbox, media bucket and Bluesky's videos."""

    sandbox_url: str | None = None
    """The address to which sandboxed posts are delivered. Only the stage local has one."""
    media_bucket: str | None = None

    _sandbox_only_locally = field_validator("sandbox_url")(only_locally)

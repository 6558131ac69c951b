"""Settings of the publisher."""

from minutehand.oauth.config import RefresherConfig
from minutehand.runtime.config import QueueConfig, RetryConfig


class PublisherConfig(QueueConfig, RetryConfig, RefresherConfig):
    """The configuration of the queue, retries, tokens, OAuth clients and sandbox, and the media library's bucket."""

    sandbox_url: str | None = None
    media_bucket: str | None = None

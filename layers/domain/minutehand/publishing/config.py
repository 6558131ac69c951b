"""Settings of the publisher."""

from minutehand.oauth.config import RefresherConfig
from minutehand.runtime.config import QueueConfig, RetryConfig


class PublisherConfig(QueueConfig, RetryConfig, RefresherConfig):
    """The queue, the retries, the tokens and OAuth clients, the sandbox, and the bucket of the media library."""

    sandbox_url: str | None = None
    media_bucket: str | None = None

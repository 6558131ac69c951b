from datetime import timedelta

from pydantic import Field

from minutehand.runtime.config import Config


class DefaultWindow(Config):
    """The window of posts that do not set their own window: the template's parameter PublishWithin."""

    publish_within_seconds: int = Field(default=86_400, ge=0)

    @property
    def publish_within(self) -> timedelta | None:
        """The default window: the maximum delay after which a post may still be published. None means no limit."""
        return timedelta(seconds=self.publish_within_seconds) if self.publish_within_seconds else None

from pydantic import Field

from minutehand.runtime.config import DatabaseConfig


class RetryConfig(DatabaseConfig):
    """The configuration of functions that count attempts: the template's parameters Attempts and RetryDelay."""

    attempts: int = Field(default=3, ge=1, le=10)
    retry_delay_seconds: int = Field(default=5, ge=1, le=300)

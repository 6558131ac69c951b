"""Configuration of functions that work on posts."""

from pydantic import Field

from minutehand.runtime.config import DatabaseConfig


class ArchiverConfig(DatabaseConfig):
    """What the archiver needs to know. ``archive_after_days``: 0 switches it off."""

    archive_after_days: int = Field(default=90, ge=0, le=36_500)

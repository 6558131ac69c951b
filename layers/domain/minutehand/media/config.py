"""What the function of the media library needs to know."""

from minutehand.runtime.config import DatabaseConfig


class MediaConfig(DatabaseConfig):
    """The database, and the bucket that the files lie in."""

    media_bucket: str

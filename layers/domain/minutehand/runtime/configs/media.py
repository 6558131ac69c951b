from pydantic import Field

from minutehand.runtime.config import Config
from minutehand.runtime.default_limits import MAX_MEDIA_BYTES


class MediaLimit(Config):
    """The maximum total size of an owner's media items in bytes, including uploads that are not finished: the
    template's parameter MaxMediaBytes.
    """

    max_media_bytes: int = Field(default=MAX_MEDIA_BYTES, ge=1)

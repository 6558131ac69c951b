from minutehand.platforms.service_address import ServiceAddress
from minutehand.runtime.config import Config


class VideoServiceConfig(Config):
    """The address of Bluesky's video service: the template's parameter BlueskyVideoService."""

    bluesky_video_service: ServiceAddress = "https://video.bsky.app"


def video_service() -> str:
    """Return the address of the video service that the environment sets, or the default."""
    return VideoServiceConfig.from_environ().bluesky_video_service.rstrip("/")

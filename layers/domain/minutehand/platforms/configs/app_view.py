from minutehand.platforms.service_address import ServiceAddress
from minutehand.runtime.config import Config


class AppViewConfig(Config):
    """The address of the server from which Bluesky's metrics are read: the template's parameter BlueskyAppView."""

    bluesky_app_view: ServiceAddress = "https://public.api.bsky.app"


def app_view() -> str:
    """Return the address of the AppView that the environment sets, or the default."""
    return AppViewConfig.from_environ().bluesky_app_view.rstrip("/")

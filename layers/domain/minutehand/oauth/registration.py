"""Registers Minutehand as an OAuth client with the servers that people name."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from minutehand.connections.server_calls import calls_to
from minutehand.platforms.oauth2.provider import OAuthClient
from minutehand.platforms.oauth2.registration import Register, register_for
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx


class Registrar:
    """Registers a client for each authorization. No client is stored outside its authorization and its token."""

    def __init__(
        self, http: Callable[[], "httpx.Client"], now: Now, registering: Callable[[str], Register] = register_for
    ) -> None:
        """Create a registrar. ``http`` returns the HTTP client for platforms."""
        self._http = http
        self._now = now
        self._registering = registering

    def register(self, platform: str, server: str, redirect_uri: str) -> OAuthClient:
        """Register a client with ``server`` that may redirect people to ``redirect_uri``.

        ``platform`` is one of `minutehand.platforms.catalog.REGISTERING`.

        Raises:
            InvalidInput, Conflict, TooManyRequests: see `minutehand.connections.server_calls.calls_to`.
        """
        with calls_to(platform, server):
            return self._registering(platform)(self._http(), server, redirect_uri=redirect_uri, now=self._now)

"""Registers Minutehand as an OAuth client with the servers that people name."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from minutehand.connections.server_calls import calls_to
from minutehand.oauth.registered_clients import RegisteredClients
from minutehand.platforms.oauth2.provider import OAuthClient
from minutehand.platforms.oauth2.registration import registration_for
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx


class Registrar:
    """Returns the clients of owners, and registers those that do not exist yet."""

    def __init__(self, clients: RegisteredClients, http: Callable[[], "httpx.Client"], now: Now) -> None:
        """Create a registrar that stores its clients in ``clients``. ``http`` returns the HTTP client for platforms."""
        self._clients = clients
        self._http = http
        self._now = now

    def client(self, platform: str, server: str, redirect_uri: str, owner_id: str) -> OAuthClient:
        """Return the owner's client for ``server`` and ``redirect_uri``. Register a client if there is none, or if the
        server no longer knows it.

        ``platform`` is one of `minutehand.platforms.catalog.REGISTERING`.

        Raises:
            InvalidInput, Conflict, TooManyRequests: see `minutehand.connections.server_calls.calls_to`.
            VaultUnavailable: the client can be neither opened nor sealed now.
        """
        registration, http = registration_for(platform), self._http()
        client = self._clients.find(owner_id, server, redirect_uri, now=self._now())
        with calls_to(platform, server):
            if client is not None and registration.is_known(http, client, now=self._now):
                return client
            client = registration.register(http, server, redirect_uri=redirect_uri, now=self._now)
        self._clients.save(owner_id, client, redirect_uri, now=self._now())
        return client

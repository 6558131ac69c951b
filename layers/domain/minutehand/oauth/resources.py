"""Resources of the functions that connect accounts with OAuth; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

from minutehand.connections.resources import open_seal
from minutehand.oauth.authorization import Callback
from minutehand.oauth.clients import Clients
from minutehand.platforms.resources import open_http_client

if TYPE_CHECKING:
    from minutehand.oauth.clients import ClientsConfig
    from minutehand.oauth.config import CallbackConfig
    from minutehand.runtime.function import Function


def open_clients(function: "Function[ClientsConfig]") -> Clients:
    """Return the OAuth clients of this deployment."""
    return Clients(function.config)


def open_callback(function: "Function[CallbackConfig]") -> Callback:
    """Return the callback handler."""
    clients, seal = function.resource(open_clients), function.resource(open_seal)
    return Callback(function.db, clients, function.lazy(open_http_client), seal, function.now)

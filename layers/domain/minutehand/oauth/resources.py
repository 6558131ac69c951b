"""Opens the OAuth clients, and the objects that connect accounts, and refresh and revoke tokens."""

from functools import partial
from typing import TYPE_CHECKING

from minutehand.connections.resources import open_seal, open_vault
from minutehand.platforms.resources import open_http_client

if TYPE_CHECKING:
    from minutehand.oauth.callback import Callback
    from minutehand.oauth.clients import Clients
    from minutehand.oauth.configs.callback import CallbackConfig
    from minutehand.oauth.configs.clients import ClientsConfig
    from minutehand.oauth.configs.follow import FollowConfig
    from minutehand.oauth.configs.refresher import RefresherConfig
    from minutehand.oauth.configs.registrar import RegistrarConfig
    from minutehand.oauth.following import LinkFollower
    from minutehand.oauth.refresh import Refresher
    from minutehand.oauth.registration import Registrar
    from minutehand.oauth.revoke import Revoker
    from minutehand.runtime.function import Function


def open_clients(function: "Function[ClientsConfig]") -> "Clients":
    """Return the OAuth clients of this deployment."""
    from minutehand.oauth.clients import Clients

    return Clients(function.config)


def open_registrar(function: "Function[RegistrarConfig]") -> "Registrar":
    """Return the object that registers OAuth clients with the servers that people name."""
    from minutehand.oauth.registered_clients import RegisteredClients
    from minutehand.oauth.registration import Registrar

    clients = RegisteredClients(function.db, function.lazy(open_vault))
    return Registrar(clients, function.lazy(open_http_client), function.now)


def open_callback(function: "Function[CallbackConfig]") -> "Callback":
    """Return the handler of OAuth callbacks."""
    from minutehand.oauth.callback import Callback

    clients, seal = function.resource(open_clients), function.resource(open_seal)
    limit = function.config.max_connections
    return Callback(function.db, clients, function.lazy(open_http_client), seal, function.now, max_connections=limit)


def open_link_follower(function: "Function[FollowConfig]") -> "LinkFollower":
    """Return the object that connects accounts of people who have opened a connect link."""
    from minutehand.oauth.following import LinkFollower

    config, clients, seal = function.config, function.resource(open_clients), function.resource(open_seal)
    return LinkFollower(
        function.db,
        clients,
        function.lazy(open_http_client),
        seal,
        function.resource(open_registrar),
        function.now,
        max_connections=config.max_connections,
        max_pending=config.max_pending_authorizations,
    )


def open_refresher(function: "Function[RefresherConfig]") -> "Refresher":
    """Return the token refresher, which opens its own connections to Postgres."""
    from minutehand.oauth.refresh import Refresher
    from minutehand.oauth.refresh_call import RefreshCall
    from minutehand.runtime.database_url import database

    vault, clients = function.resource(open_vault), function.resource(open_clients)
    refresh_call = RefreshCall(vault, clients, function.lazy(open_http_client), function.now)
    return Refresher(partial(database, function.config), refresh_call, function.clock)


def open_revoker(function: "Function[RefresherConfig]") -> "Revoker":
    """Return the token revoker, which revokes the tokens of disconnected accounts."""
    from minutehand.oauth.revoke import Revoker

    vault, clients = function.resource(open_vault), function.resource(open_clients)
    return Revoker(vault.open, clients, function.lazy(open_http_client), function.clock)

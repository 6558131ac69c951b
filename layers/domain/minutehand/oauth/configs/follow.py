from minutehand.connections.configs.connections import ConnectionsConfig
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.configs.registrar import RegistrarConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.configs.pending_authorizations import PendingAuthorizationsLimit


class FollowConfig(ConnectionsConfig, RegistrarConfig, RedirectUrisConfig, ClientsConfig, PendingAuthorizationsLimit):
    """Settings of the function that connects accounts with connect links."""

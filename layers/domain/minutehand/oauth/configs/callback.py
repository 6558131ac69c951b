from minutehand.connections.configs.connections import ConnectionsConfig
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig


class CallbackConfig(ConnectionsConfig, RedirectUrisConfig, ClientsConfig):
    """Settings of the function that handles callbacks."""

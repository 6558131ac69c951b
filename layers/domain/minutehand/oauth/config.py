"""Settings of the functions that connect accounts with OAuth and refresh their tokens."""

from minutehand.connections.config import ConnectionsConfig
from minutehand.oauth.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig


class AuthorizeConfig(DatabaseConfig, RedirectUrisConfig):
    """Settings for sending a person to a platform's consent page."""


class CallbackConfig(ConnectionsConfig, RedirectUrisConfig):
    """Settings for the callback after the consent page."""


class RefresherConfig(ConnectionsConfig, ClientsConfig):
    """Settings for refreshing and revoking tokens."""

"""Configuration of the functions that connect accounts with OAuth and keep their tokens fresh."""

from minutehand.connections.config import ConnectionsConfig
from minutehand.oauth.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectsConfig
from minutehand.runtime.config import DatabaseConfig


class AuthorizeConfig(DatabaseConfig, RedirectsConfig):
    """The settings needed to send a person to a platform's consent page."""


class CallbackConfig(ConnectionsConfig, RedirectsConfig):
    """The settings needed when the person comes back from that page."""


class RefresherConfig(ConnectionsConfig, ClientsConfig):
    """The settings needed to refresh and revoke tokens."""

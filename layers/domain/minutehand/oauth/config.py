"""Settings of the functions that connect accounts with OAuth and refresh their tokens."""

from minutehand.connections.config import ConnectionsConfig
from minutehand.oauth.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig, PendingAuthorizationsLimit


class AuthorizeConfig(DatabaseConfig, RedirectUrisConfig, ClientsConfig, PendingAuthorizationsLimit):
    """Settings of the function that begins authorizations."""


class CallbackConfig(ConnectionsConfig, RedirectUrisConfig, ClientsConfig):
    """Settings of the function that handles callbacks."""


class LinksConfig(DatabaseConfig, RedirectUrisConfig):
    """Settings of the function that creates, lists and revokes connect links."""


class FollowConfig(ConnectionsConfig, RedirectUrisConfig, ClientsConfig, PendingAuthorizationsLimit):
    """Settings of the function that follows connect links."""


class RefresherConfig(ConnectionsConfig, ClientsConfig):
    """Settings of the function that refreshes and revokes tokens."""

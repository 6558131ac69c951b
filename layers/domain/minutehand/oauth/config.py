"""Settings of the functions that connect accounts with OAuth and refresh their tokens."""

from pydantic import Field

from minutehand.connections.config import ConnectionsConfig
from minutehand.oauth.clients import ClientsConfig
from minutehand.oauth.pending_authorizations import MAX_PENDING
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig


class AuthorizeConfig(DatabaseConfig, RedirectUrisConfig):
    """Settings of the function that begins authorizations."""

    max_pending_authorizations: int = Field(default=MAX_PENDING, ge=1)
    """The maximum number of an owner's authorizations that are neither completed nor expired."""


class CallbackConfig(ConnectionsConfig, RedirectUrisConfig):
    """Settings of the function that handles callbacks."""


class RefresherConfig(ConnectionsConfig, ClientsConfig):
    """Settings of the function that refreshes and revokes tokens."""

from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.network import NetworkConfig
from minutehand.runtime.configs.pending_authorizations import PendingAuthorizationsLimit


class AuthorizeConfig(DatabaseConfig, RedirectUrisConfig, ClientsConfig, NetworkConfig, PendingAuthorizationsLimit):
    """Settings of the functions that begin and confirm authorizations."""

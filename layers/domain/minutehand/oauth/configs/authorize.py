from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.pending_authorizations import PendingAuthorizationsLimit


class AuthorizeConfig(DatabaseConfig, RedirectUrisConfig, ClientsConfig, PendingAuthorizationsLimit):
    """Settings of the function that begins authorizations."""

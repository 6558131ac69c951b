from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.configs.registrar import RegistrarConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.configs.pending_authorizations import PendingAuthorizationsLimit


class AuthorizeConfig(RegistrarConfig, RedirectUrisConfig, ClientsConfig, PendingAuthorizationsLimit):
    """Settings of the function that begins authorizations."""

from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig


class ConfirmConfig(DatabaseConfig, RedirectUrisConfig, ClientsConfig):
    """Settings of the function that confirms authorizations."""

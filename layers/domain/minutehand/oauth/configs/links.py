from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.runtime.config import DatabaseConfig


class LinksConfig(DatabaseConfig, RedirectUrisConfig):
    """Settings of the function that creates, lists and revokes connect links."""

"""What the function of the connections needs to know."""

from minutehand.runtime.config import DatabaseConfig


class ConnectionsConfig(DatabaseConfig):
    """The database, the key that tokens are sealed with, and whether servers may be in private networks."""

    token_key_id: str
    media_from_private_networks: bool = False

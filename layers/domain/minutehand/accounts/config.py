"""What the functions of the connections need to know."""

from minutehand.accounts.addresses import AddressesConfig
from minutehand.accounts.clients import ClientsConfig
from minutehand.runtime.config import DatabaseConfig


class ConnectionsConfig(DatabaseConfig):
    """The database, the key that tokens are sealed with, and whether servers may be in private networks."""

    token_key_id: str
    media_from_private_networks: bool = False


class AuthorizeConfig(DatabaseConfig, AddressesConfig):
    """What it takes to send people to a platform."""


class CallbackConfig(ConnectionsConfig, AddressesConfig):
    """What it takes to receive them when they come back."""


class RefresherConfig(ConnectionsConfig, ClientsConfig):
    """What it takes to keep tokens fresh, and to have them revoked."""

from minutehand.connections.configs.connections import ConnectionsConfig
from minutehand.oauth.configs.clients import ClientsConfig


class RefresherConfig(ConnectionsConfig, ClientsConfig):
    """Settings of the function that refreshes and revokes tokens."""

from pydantic import field_validator

from minutehand.runtime.config import Config, only_locally


class NetworkConfig(Config):
    """The configuration of functions that call servers at user-supplied addresses.

    ``media_from_private_networks``: whether the addresses may be in private networks. Only the local stage allows this.
    """

    media_from_private_networks: bool = False

    _private_networks_only_locally = field_validator("media_from_private_networks")(only_locally)

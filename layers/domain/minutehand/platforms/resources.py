"""Opens the HTTP client for platforms and the prober for media; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.media_probe import Prober
    from minutehand.runtime.configs.network import NetworkConfig
    from minutehand.runtime.function import Function


def open_prober(function: "Function[NetworkConfig]") -> "Prober":
    """Return the prober for the media at web URLs."""
    from minutehand.platforms.media_probe import Prober

    return Prober.guarded(private_networks=function.config.media_from_private_networks)


def open_http_client(function: "Function[NetworkConfig]") -> "httpx.Client":
    """Return the HTTP client for platforms. Each timeout is shorter than the timeout of API Gateway."""
    from minutehand.platforms.connectors import connecting_client

    return connecting_client(private_networks=function.config.media_from_private_networks)

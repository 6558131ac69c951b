"""Resources of the functions that call platforms or fetch media; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.runtime.config import NetworkConfig
    from minutehand.runtime.function import Function


def open_prober(function: "Function[NetworkConfig]") -> "Prober":
    """Return the prober of media at web addresses."""
    from minutehand.platforms.media_probe import Prober

    return Prober.guarded(private_networks=function.config.media_from_private_networks)

"""Opens the fetcher of link cards for the functions that save posts; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.link_cards.cards import Fetch
    from minutehand.runtime.configs.network import NetworkConfig
    from minutehand.runtime.function import Function


def open_card_fetcher(function: "Function[NetworkConfig]") -> "Fetch":
    """Return the function that fetches the card of an address."""
    from minutehand.link_cards.fetcher import CardFetcher

    fetcher = CardFetcher.guarded(private_networks=function.config.media_from_private_networks)
    return lambda url, seconds: fetcher.fetch(url, seconds=seconds)

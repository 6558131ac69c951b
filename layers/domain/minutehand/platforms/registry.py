"""Finds the adapter of a platform, and imports it only then."""

from functools import cache
from typing import Protocol

from minutehand.platforms.catalog import PLATFORMS, display_name, load_attribute
from minutehand.platforms.port import Adapter, Rejected


class PlatformsConfig(Protocol):
    """What adapters want to know about where they run."""

    @property
    def sandbox_url(self) -> str | None:
        """The timeline that takes the posts of platforms without a connection; None: only record them."""
        ...

    @property
    def media_from_private_networks(self) -> bool:
        """Whether media and servers may be at addresses that are not public, or not https."""
        ...


def adapter_for(platform: str, *, sandbox: bool, config: PlatformsConfig) -> Adapter:
    """Return the adapter that publishes on ``platform``: always the same one, so that connections are kept.

    ``sandbox``: for an owner without a connection there; the post does not really go out.

    Raises:
        Rejected: we cannot post to that platform.
    """
    if sandbox:
        return _sandbox(platform, config.sandbox_url)
    if platform not in PLATFORMS:
        raise Rejected("platform_unsupported", f"Posting to {display_name(platform)} is not possible yet.")
    return _connected(platform, private_networks=config.media_from_private_networks)


@cache
def _connected(platform: str, *, private_networks: bool) -> Adapter:
    from minutehand.platforms.media import MediaFetcher
    from minutehand.platforms.network import guarded_client

    client = guarded_client(private_networks=private_networks)
    adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
    return adapter


@cache
def _sandbox(platform: str, url: str | None) -> Adapter:
    from minutehand.platforms.sandbox import RecordingSandbox, TimelineSandbox

    if url is None:
        return RecordingSandbox(platform)
    from minutehand.platforms.network import trusted_client

    return TimelineSandbox(platform, url, trusted_client())

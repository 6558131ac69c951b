"""Return the adapter of a platform, which is imported on first use."""

from functools import cache

from minutehand.platforms.catalog import PLATFORMS, display_name, load_attribute
from minutehand.platforms.errors import Rejected
from minutehand.platforms.port import Adapter


def adapter_for(
    platform: str, *, sandbox: bool, sandbox_url: str | None = None, private_networks: bool = False
) -> Adapter:
    """Return the adapter of ``platform``. The adapter is cached so that its HTTP connections are reused.

    ``sandbox``: whether to return a sandbox, which publishes nothing, instead of the platform's adapter.
    ``sandbox_url``: the URL of the timeline that receives sandboxed posts, or None to record only
    a digest of each post. ``private_networks``: whether media and servers may use private addresses and plain http.

    Raises:
        Rejected: the platform is not supported.
    """
    if sandbox:
        return _sandbox(platform, sandbox_url)
    if platform not in PLATFORMS:
        raise Rejected(
            "platform_unsupported", f"Posting to {display_name(platform)} is not supported. Choose another platform."
        )
    return _adapter(platform, private_networks=private_networks)


@cache
def _adapter(platform: str, *, private_networks: bool) -> Adapter:
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

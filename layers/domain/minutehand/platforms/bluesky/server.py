"""The limit that an account's server publishes for uploaded files.

The lexicons limit the size of images and videos on all servers. Each server also limits the size of the files that it
stores. The default limit is 5 MiB.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from minutehand.platforms.bluesky.rules import MAX_BLOB_BYTES
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Exchange
from minutehand.platforms.port import PublishError

MAX_SECONDS = 5.0


def published_limits(exchange: Exchange, service: str, now: Callable[[], datetime]) -> Mapping[str, int]:
    """Return the limits that ``service`` publishes. If there are none, or if the call fails, return an empty mapping.

    Source: com.atproto.server.describeServer, ``blobUploadLimit``.
    """
    request = exchange.client.build_request("GET", f"{service}/xrpc/com.atproto.server.describeServer")
    try:
        with time_limit(MAX_SECONDS):
            reply = exchange.prepare(request, now)
    except PublishError:
        return {}
    limit = reply.fields.get("blobUploadLimit") if reply.ok else None
    return {MAX_BLOB_BYTES: limit} if type(limit) is int and limit > 0 else {}

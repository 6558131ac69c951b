"""Fetches the media in posts by URL, as platforms do, but only from this machine."""

import contextlib
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from local.simulator.media_store import HEADER_BYTES, MAX_FILE_BYTES

if TYPE_CHECKING:
    from local.simulator.state import State

LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])
TIMEOUT_SECONDS = 10


def is_local(url: str) -> bool:
    """Return whether ``url`` is on this machine."""
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and address.hostname in LOOPBACK


def stored_name(url: str) -> str:
    """Return the name under which the media item at ``url`` is stored."""
    return f"pulled-{hashlib.sha256(url.encode()).hexdigest()[:32]}"


async def fetch_queued_media(state: "State") -> None:
    """Fetch the queued URLs one after another until the task is cancelled."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        while True:
            url = await state.fetch_queue.get()
            with contextlib.suppress(httpx.HTTPError, httpx.InvalidURL):  # the timeline shows that the item is missing
                await _fetch(url, client, state)


async def _fetch(url: str, client: httpx.AsyncClient, state: "State") -> None:
    if stored_name(url) in state.media:
        return
    async with client.stream("GET", url) as response:
        if response.status_code != httpx.codes.OK:
            return
        content_type = response.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
        announced = int(response.headers.get("Content-Length", "0"))
        too_large = announced > MAX_FILE_BYTES
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > (HEADER_BYTES if too_large else MAX_FILE_BYTES):
                too_large = True
                break
    if too_large:
        state.media.record(stored_name(url), content_type, max(announced, len(content)), bytes(content[:HEADER_BYTES]))
    else:
        state.media.store(stored_name(url), content_type, bytes(content))
    state.mark_changed()

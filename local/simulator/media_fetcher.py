"""Platforms that are given an address fetch what is there and keep it. Here, from this machine only: never beyond."""

import contextlib
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from local.simulator.media_store import BEGINNING, MAX_BYTES_OF_ONE

if TYPE_CHECKING:
    from local.simulator.state import State

LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])
TIMEOUT_SECONDS = 10


def is_local(url: str) -> bool:
    """Say whether ``url`` is on this machine."""
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and address.hostname in LOOPBACK


def stored_name(url: str) -> str:
    """Return the name under which what is at ``url`` is kept."""
    return f"pulled-{hashlib.sha256(url.encode()).hexdigest()[:32]}"


async def fetch_queued_media(state: "State") -> None:
    """Fetch what posts name, one after the other."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        while True:
            url = await state.fetch_queue.get()
            with contextlib.suppress(httpx.HTTPError, httpx.InvalidURL):  # the page says that it is not there
                await _pull(url, client, state)


async def _pull(url: str, client: httpx.AsyncClient, state: "State") -> None:
    if stored_name(url) in state.media:
        return
    async with client.stream("GET", url) as response:
        if response.status_code != httpx.codes.OK:
            return
        content_type = response.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
        told = int(response.headers.get("Content-Length", "0"))
        too_large = told > MAX_BYTES_OF_ONE
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > (BEGINNING if too_large else MAX_BYTES_OF_ONE):
                too_large = True
                break
    if too_large:
        state.media.note(stored_name(url), content_type, max(told, len(content)), bytes(content[:BEGINNING]))
    else:
        state.media.keep(stored_name(url), content_type, bytes(content))
    state.mark_changed()

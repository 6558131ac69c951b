"""Look up the accounts that a text mentions. If no account is found, the mention stays plain text."""

import re
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import PublishError, Transient

MAX_LOOKUPS = 20
"""The maximum number of handles that are looked up for one post. Any further mention stays plain text."""
MAX_SECONDS = 6.0
"""The time limit for all look-ups of one post. An unresponsive server delays the post by at most this time."""
MAX_TRIES = 2
"""The maximum number of tries for one look-up. A second try follows only a transient error."""
FAILURE_REMEMBERED_FOR = timedelta(minutes=1)
MAX_REMEMBERED = 1_000
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
MAX_DID_CHARACTERS = 2_048
"""The syntax and the maximum length of a DID: https://atproto.com/specs/did"""

type Ask = Callable[[str], Reply]
"""Asks the server for the account of a handle. Raises `PublishError` if there is no usable response."""


class Handles:
    """Looks up handles and remembers failures for a minute. An instance is thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: dict[str, datetime] = {}

    def look_up(self, handles: Collection[str], ask: Ask, now: Callable[[], datetime]) -> Mapping[str, str]:
        """Return the DIDs of ``handles``, keyed by handle. Omit handles whose accounts were not found.

        A failed look-up raises no exception, because the post can be published without the mention.
        """
        found: dict[str, str] = {}
        with time_limit(MAX_SECONDS):
            for handle in list(dict.fromkeys(handles))[:MAX_LOOKUPS]:
                if self._has_failed(handle, now()):
                    continue
                did = _did_of(handle, ask)
                if did is None:
                    self._remember(handle, now())
                else:
                    found[handle] = did
        return found

    def _has_failed(self, handle: str, now: datetime) -> bool:
        with self._lock:
            failed_at = self._failed.get(handle)
        return failed_at is not None and now - failed_at < FAILURE_REMEMBERED_FOR

    def _remember(self, handle: str, now: datetime) -> None:
        with self._lock:
            if len(self._failed) >= MAX_REMEMBERED:
                self._failed.clear()
            self._failed[handle] = now


def _did_of(handle: str, ask: Ask) -> str | None:
    for _ in range(MAX_TRIES):
        try:
            reply = ask(handle)
        except Transient:
            continue
        except PublishError:
            return None
        did = reply.fields.get("did") if reply.ok else None
        return did if isinstance(did, str) and len(did) <= MAX_DID_CHARACTERS and _DID.fullmatch(did) else None
    return None

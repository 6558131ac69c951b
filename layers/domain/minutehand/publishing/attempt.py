"""The attempt that an adapter receives. The attempt stores its progress in Postgres; see `Ledger`."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from minutehand.platforms.catalog import PLATFORMS, display_name
from minutehand.platforms.deadline import seconds_left
from minutehand.platforms.errors import Contested, InDoubt, Transient, Withdrawn
from minutehand.publishing.ledger import Ledger
from minutehand.publishing.work import Work
from minutehand.runtime.clock import Clock

CONNECT_LEAD = timedelta(seconds=1)
"""The interval between the opening of the connection for the publish call and the post's time. A TLS handshake takes
only a fraction of this time, and servers keep an unused connection open for longer.
"""

MAX_HANDLE_BYTES = 4 * 1024
MAX_CHECKPOINT_BYTES = 64 * 1024
"""The maximum size of a checkpoint on platforms whose servers users name. A hostile server can return very long
handles.
"""
MAX_LARGE_CHECKPOINT_BYTES = 512 * 1024
"""The maximum size of a checkpoint on other platforms. On LinkedIn, each of the 125 chunks of a large video has its own
URL.
"""


MIN_CALL_SECONDS = 4.0
"""The minimum time that must be left for the publish call, so that a slow but working server can still respond. If less
time is left, the attempt ends before the call. The next attempt has its full time, and continues from the checkpoint.
"""


class LiveAttempt:
    """Implements `minutehand.platforms.port.Attempt` with the ledger."""

    def __init__(self, work: Work, ledger: Ledger, clock: Clock, deadline: datetime) -> None:
        """Create an attempt at ``work``. ``deadline``: the time by which the attempt should end."""
        self._deadline = deadline
        self._work = work
        self._ledger = ledger
        self._clock = clock
        self._checkpoint = dict(work.checkpoint)
        self.armed = work.armed_at is not None
        """Whether this attempt or an earlier one may have made the publish call."""
        self.called_at: datetime | None = None
        """The time at which this attempt began the publish call, or None if this attempt has made no call."""

    @property
    def publication_id(self) -> str:
        """The id of the publication."""
        return str(self._work.id)

    @property
    def checkpoint(self) -> Mapping[str, str]:
        """The handles that this attempt and earlier attempts have saved."""
        return self._checkpoint

    @property
    def armed_at(self) -> datetime | None:
        """The time at which an earlier attempt armed the publication, or None if the publication is not armed."""
        return self._work.armed_at

    def now(self) -> datetime:
        """Return the current time, as an aware datetime in UTC."""
        return self._clock.now()

    def time_left(self) -> timedelta:
        """Return the time that is left for this attempt."""
        return self._deadline - self._clock.now()

    def recognise(self, remote_id: str) -> bool:
        """Return whether a post on the platform belongs to no other publication. Raise `Contested` if this is
        uncertain.
        """
        match self._ledger.ownership(self._work.id, remote_id):
            case "contested":
                name = display_name(self._work.platform)
                raise Contested("another_call", f"A matching post on {name} may belong to another publication.")
            case ownership:
                return ownership == "free"

    def may_send(self) -> bool:
        """Return whether the publish call may be repeated now."""
        return self._ledger.may_send(self._work.id)

    def save(self, **handles: str) -> None:
        """Add handles to the checkpoint.

        Raises:
            Withdrawn: the lease is lost.
            Transient: a handle is not text, or a handle or the checkpoint is too large. No handle was added.
            InDoubt: the same, but the publication is armed.
        """
        self._require_small(handles)
        if not self._ledger.save(self._work.id, handles):
            raise Withdrawn
        self._checkpoint |= handles

    def wait(self) -> None:
        """Wait until `CONNECT_LEAD` before the post's time.

        Raises:
            Transient: the preparation has left too little time for the publish call.
        """
        if (left := seconds_left()) is not None and left < MIN_CALL_SECONDS:
            raise Transient("timeout", f"{display_name(self._work.platform)} did not respond in time.")
        self._clock.sleep_until(self._work.due_at - CONNECT_LEAD)

    def arm(self, **handles: str) -> None:
        """Wait for the post's time and record that the call begins. After an error, the call must not begin.

        Raises:
            Withdrawn: the publication cannot be armed; see the statement ``arm``.
            Transient: a handle is not text, or a handle or the checkpoint is too large.
        """
        self._require_small(handles)
        self._clock.sleep_until(self._work.due_at)
        if not self._ledger.arm(self._work.id, handles):
            raise Withdrawn
        self._checkpoint |= handles
        self.armed = True
        self.called_at = self._clock.now()

    def _require_small(self, handles: Mapping[str, str]) -> None:
        """Refuse handles that are not text or are too large to be stored and read again for each attempt.

        One statement saves the handles of several publications, and Postgres refuses the whole statement if one handle
        is not text.
        """
        platform = self._work.platform
        limit = MAX_LARGE_CHECKPOINT_BYTES if not PLATFORMS[platform].user_servers else MAX_CHECKPOINT_BYTES
        unclear = InDoubt if self.armed else Transient
        if not all(map(_is_text, handles.values())):
            raise unclear("unexpected_answer", f"{display_name(platform)} returned an unexpected response.")
        largest = max(map(_size, handles.items()), default=0)
        total = sum(map(_size, {**self._checkpoint, **handles}.items()))
        if largest > MAX_HANDLE_BYTES or total > limit:
            raise unclear(
                "unexpected_answer",
                f"{display_name(platform)} returned an unexpected response: its upload handles have {total:,} bytes, "
                f"and the largest has {largest:,}. Minutehand allows {limit:,} in total and {MAX_HANDLE_BYTES:,} each.",
            )


def _size(handle: tuple[str, str]) -> int:
    name, value = handle
    return len(name.encode()) + len(value.encode())


def _is_text(value: str) -> bool:
    """Return whether Postgres can store ``value``. Postgres stores neither null characters nor lone surrogates."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False

"""A fake attempt for adapters, which records the calls that it receives."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from minutehand.platforms.port import Contested, Withdrawn

PUBLICATION_ID = "0b8f7f5c-6f1c-4d52-9d4e-0d6a3f6c9a11"


class FakeAttempt:
    """One attempt. `again` returns the next attempt at the same publication, as after a crash of this one."""

    def __init__(
        self,
        *,
        publication_id: str = PUBLICATION_ID,
        checkpoint: Mapping[str, str] | None = None,
        armed_at: datetime | None = None,
        now: datetime | None = None,
        withdrawn: bool = False,
        taken: Collection[str] = (),
        contested: bool = False,
        may_send: bool = True,
    ) -> None:
        """``taken``: the remote ids of other publications; ``contested``: any other remote id is contested.

        ``may_send``: whether nothing is paused and the window is open.
        """
        self._publication_id = publication_id
        self._checkpoint = dict(checkpoint or {})
        self._before = armed_at
        self._now = now or datetime.now(UTC)
        self._withdrawn = withdrawn
        self._taken = taken
        self._contested = contested
        self._may_send = may_send
        self.left = timedelta(seconds=20)
        self.armed_times = 0
        self.armed_now: datetime | None = None
        self.saved: list[dict[str, str]] = []

    @property
    def publication_id(self) -> str:
        return self._publication_id

    @property
    def checkpoint(self) -> Mapping[str, str]:
        return self._checkpoint

    @property
    def armed_at(self) -> datetime | None:
        return self._before

    def now(self) -> datetime:
        return self._now

    def time_left(self) -> timedelta:
        return self.left

    def recognise(self, remote_id: str) -> bool:
        if self._contested:
            raise Contested("another_call", "The post may belong to another publication.")
        return remote_id not in self._taken

    def may_send(self) -> bool:
        return self._may_send

    def save(self, **handles: str) -> None:
        assert all(isinstance(value, str) for value in handles.values())
        self.saved.append(handles)
        self._checkpoint |= handles

    def wait(self) -> None:
        """The post's time has come."""

    def arm(self, **handles: str) -> None:
        if self._withdrawn:
            raise Withdrawn
        assert all(isinstance(value, str) for value in handles.values())
        self.armed_times += 1
        self.armed_now = self._now
        self._checkpoint |= handles

    def again(self, **later: float) -> "FakeAttempt":
        """Return the attempt that follows ``later``; it is in doubt if this one was armed."""
        return FakeAttempt(
            publication_id=self._publication_id,
            checkpoint=self._checkpoint,
            armed_at=self.armed_now or self._before,
            now=self._now + timedelta(**later),
            taken=self._taken,
            contested=self._contested,
            may_send=self._may_send,
        )


class Crash(BaseException):
    """The process dies."""


class CrashingAttempt(FakeAttempt):
    """An attempt whose process dies right after it has saved its checkpoint for the ``number``-th time."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def save(self, **handles: str) -> None:
        super().save(**handles)
        if len(self.saved) == self._number:
            raise Crash


def attempts_that_crash(complete: FakeAttempt) -> Iterator[CrashingAttempt]:
    """Yield, for each time that a complete attempt saved its checkpoint, an attempt that crashes right after it."""
    assert complete.saved
    for number in range(1, len(complete.saved) + 1):
        yield CrashingAttempt(number)

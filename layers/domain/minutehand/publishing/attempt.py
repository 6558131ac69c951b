"""One attempt, as the platform's adapter sees it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from minutehand.platforms.catalog import display_name
from minutehand.platforms.port import Contested, Withdrawn
from minutehand.publishing.ledger import Ledger
from minutehand.publishing.work import Work
from minutehand.runtime.clock import Clock


class LiveAttempt:
    """Implements `minutehand.platforms.port.Attempt` on the ledger."""

    def __init__(self, work: Work, ledger: Ledger, clock: Clock, deadline: datetime) -> None:
        """``deadline``: when the run should be over."""
        self._deadline = deadline
        self._work = work
        self._ledger = ledger
        self._clock = clock
        self._checkpoint = dict(work.checkpoint)
        self.armed = work.armed_at is not None
        """Whether a publish call may have been made, in this attempt or an earlier one."""
        self.called_at: datetime | None = None
        """When the publish call of this attempt began."""

    @property
    def publication_id(self) -> str:
        """The publication's id."""
        return str(self._work.id)

    @property
    def checkpoint(self) -> Mapping[str, str]:
        """Handles saved by this or an earlier attempt."""
        return self._checkpoint

    @property
    def armed_at(self) -> datetime | None:
        """When the call that is in doubt began."""
        return self._work.armed_at

    def now(self) -> datetime:
        """Return the current moment."""
        return self._clock.now()

    def time_left(self) -> timedelta:
        """Return how long this run may still take."""
        return self._deadline - self._clock.now()

    def recognise(self, remote_id: str) -> bool:
        """Say whether a post that was found can be this publication's; `Contested` while that is not settled."""
        match self._ledger.claim_on(self._work.id, remote_id):
            case "contested":
                name = display_name(self._work.platform)
                raise Contested("another_call", f"It is not settled yet whose post it is that was found on {name}.")
            case claim:
                return claim == "free"

    def may_send(self) -> bool:
        """Say whether the publish call may be repeated now."""
        return self._ledger.may_send(self._work.id)

    def save(self, **handles: str) -> None:
        """Add handles to the checkpoint; `Withdrawn` when the publication is not ours any more."""
        if not self._ledger.save(self._work.id, handles):
            raise Withdrawn
        self._checkpoint |= handles

    def arm(self, **handles: str) -> None:
        """Wait for the post's time and record that the call begins; `Withdrawn` when it must not."""
        self._clock.sleep_until(self._work.due_at)
        if not self._ledger.arm(self._work.id, handles):
            raise Withdrawn
        self._checkpoint |= handles
        self.armed = True
        self.called_at = self._clock.now()

"""The operators' actions on the queue: pause, resume, clear old failed jobs, and redrive dead letters."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

from aws_lambda_powertools.logging import Logger

from minutehand.operations.forms.queue_action import QueueAction
from minutehand.operations.rendering.pauses import Pause
from minutehand.operations.rendering.pauses import pause as rendered
from minutehand.queue.pauses import Scope, count_planned, list_pauses, pause
from minutehand.queue.policy import Policy
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.operations.redrive import DeadLetters
    from minutehand.queue.outbox import Outbox
    from minutehand.runtime.configs.queue import QueueConfig

logger = Logger(child=True)


class Paused(TypedDict):
    """The result of the action `pause`."""

    pause: Pause
    held: int
    """The number of publications that this call has held."""
    planned: int
    """The number of scheduled posts within the scope, at most 1,000. The pause holds them when they become due."""


class Resumed(TypedDict):
    """The result of the action `resume`."""

    resumed: int
    """The number of publications that are no longer held and are due within the horizon."""


class Cleared(TypedDict):
    """The result of the action `clear_failed`."""

    cleared: int
    keptUnknown: int
    complete: bool


class DeadLetterCause(TypedDict):
    """The number of dead letters with the same outcome, cause and reason."""

    outcome: str
    cause: str
    reason: str | None
    count: int


class Redriven(TypedDict):
    """The result of the action `redrive`."""

    sent: int
    settled: int
    unreadable: int
    complete: bool
    causes: list[DeadLetterCause]


type Controlled = Paused | Resumed | Cleared | Redriven


class QueueActions:
    """Executes the operators' actions on the queue.

    The caller sends the messages of the publications that the action ``resume`` queues; see `Database.after_commit`.
    """

    def __init__(
        self,
        db: Database,
        config: "QueueConfig",
        outbox: "Callable[[], Outbox]",
        dead_letters: "Callable[[], DeadLetters]",
        clock: Clock,
    ) -> None:
        """Store the resources that the actions use. ``outbox`` and ``dead_letters`` open the queues."""
        self._db = db
        self._config = config
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._clock = clock

    def execute(self, action: QueueAction, *, actor: Actor) -> Controlled:
        """Execute ``action`` for ``actor``, and return the result for the API.

        Raises:
            InvalidInput: the scope, its target or the reason for a pause is missing, or a field is not allowed for the
                action or the scope.
            Conflict: the scope to resume is not paused.
        """
        result = self._execute(action, actor)
        logger.info("queue controlled", extra={"action": action.action, "actor": actor.id, **result})
        return result

    def _execute(self, action: QueueAction, actor: Actor) -> Controlled:
        match action.action:
            case "pause":
                return self._pause(action.to_scope(), action.required_reason(), actor)
            case "resume":
                return self._resume(action.to_scope())
            case "clear_failed":
                return self._clear_failed(action, actor)
            case "redrive":
                return self._redrive(action)

    def _pause(self, scope: Scope, reason: str, actor: Actor) -> Paused:
        now = self._clock.now()
        held = pause(self._db, scope, reason=reason, actor=actor.id, now=now)
        paused = scope.parameters()
        row = paused | {"reason": reason, "actor": actor.id, "paused_at": now, "held": held, "held_posts": 0}
        # The pause that is in force. It has held more if the scope was paused before.
        row = next((each for each in list_pauses(self._db) if paused.items() <= each.items()), row)
        return {"pause": rendered(row), "held": held, "planned": count_planned(self._db, scope)}

    def _resume(self, scope: Scope) -> Resumed:
        from minutehand.queue.release import resume  # imported late, because GET does not need it

        now = self._clock.now()
        until = now + self._config.horizon
        released = resume(self._db, scope, now=now, until=until, policy=Policy.of(self._config))
        if released is None:
            raise Conflict("There is no such pause. GET queue lists the pauses in force.", code="not_paused")
        return {"resumed": released}

    def _clear_failed(self, action: QueueAction, actor: Actor) -> Cleared:
        from minutehand.operations.clear_failed import clear_failed

        report = clear_failed(self._db, self._clock, action.to_scope(), days=action.days(), actor=actor)
        return {"cleared": report.cleared, "keptUnknown": report.kept_unknown, "complete": report.complete}

    def _redrive(self, action: QueueAction) -> Redriven:
        from minutehand.operations.redrive import redrive

        if action.scope not in (None, "all"):
            sentence = "A redrive applies to the dead letters of all owners; omit scope, or set it to all."
            raise invalid("scope", sentence, given=action.scope)
        report = redrive(self._db, self._dead_letters(), self._outbox, self._clock)
        causes: list[DeadLetterCause] = [
            {"outcome": outcome, "cause": cause, "reason": reason, "count": count}
            for (outcome, cause, reason), count in report.causes.most_common()
        ]
        return {
            "sent": report.sent,
            "settled": report.settled,
            "unreadable": report.unreadable,
            "complete": report.complete,
            "causes": causes,
        }

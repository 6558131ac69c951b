"""Carrying out what operators ask of the queue."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.operations import rendering
from minutehand.operations.clear_failed import clear_failed
from minutehand.operations.forms import QueueAction
from minutehand.operations.redrive import DeadLetters, redrive
from minutehand.queue.after_commit import send_after_commit
from minutehand.queue.outbox import Outbox
from minutehand.queue.pauses import Scope, pause, resume
from minutehand.queue.policy import Policy
from minutehand.runtime.clock import Clock
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.validation import invalid

logger = Logger(child=True)


class QueueActions:
    """What can be done to the queue."""

    def __init__(
        self,
        db: Database,
        config: QueueConfig,
        outbox: Callable[[], Outbox],
        dead_letters: Callable[[], DeadLetters],
        clock: Clock,
    ) -> None:
        """``outbox`` and ``dead_letters`` are opened only where something is to be sent or received."""
        self._db = db
        self._config = config
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._clock = clock

    def execute(self, asked: QueueAction, *, actor: str) -> dict[str, Any]:
        """Do what is asked, and return what it came to.

        Raises:
            InvalidInput: what the action is about is not said right.
            Conflict: what is to be resumed is not paused.
        """
        done = self._execute(asked, actor)
        logger.info("queue controlled", extra={"action": asked.action, "actor": actor} | done)
        return done

    def _execute(self, asked: QueueAction, actor: str) -> dict[str, Any]:
        match asked.action:
            case "pause":
                return self._pause(asked.what(), asked.why(), actor)
            case "resume":
                return self._resume(asked.what())
            case "clear_failed":
                done = clear_failed(self._db, self._clock, asked.what(), days=asked.days(), actor=actor)
                return {"cleared": done.cleared, "keptUnknown": done.kept_unknown, "complete": done.complete}
            case "redrive":
                return self._redrive(asked)

    def _pause(self, scope: Scope, reason: str, actor: str) -> dict[str, Any]:
        now = self._clock.now()
        held = pause(self._db, scope, reason=reason, actor=actor, now=now)
        row = asdict(scope) | {"reason": reason, "actor": actor, "paused_at": now}
        return {"pause": rendering.pause(row), "held": held}

    def _resume(self, scope: Scope) -> dict[str, Any]:
        now = self._clock.now()
        until = now + self._config.horizon
        with send_after_commit(self._db, self._outbox, now):
            released = resume(self._db, scope, now=now, until=until, policy=Policy.of(self._config))
        if released is None:
            raise Conflict("There is no such pause; GET queue lists those there are.", code="not_paused")
        return {"resumed": released}

    def _redrive(self, asked: QueueAction) -> dict[str, Any]:
        if asked.scope not in (None, "all"):
            raise invalid("scope", "Dead letters are sent back all together: the scope is all.", given=asked.scope)
        done = redrive(self._db, self._dead_letters(), self._outbox, self._clock)
        causes = [
            {"outcome": outcome, "cause": cause, "reason": reason, "count": count}
            for (outcome, cause, reason), count in done.causes.most_common()
        ]
        return {
            "sent": done.sent,
            "settled": done.settled,
            "unreadable": done.unreadable,
            "complete": done.complete,
            "causes": causes,
        }

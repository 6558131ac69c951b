"""Idempotency-Key: the same request, repeated, is carried out once and answered alike each time."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Unprocessable
from minutehand.runtime.response import Response

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """What makes two requests the same: whose they are, what they ask for, their key and their body.

    Without a ``key`` every request is a new one.
    """

    operation: str
    owner_id: str
    key: str | None
    body: Mapping[str, object]

    def stored_response(self, db: Database, *, now: datetime) -> Response | None:
        """Return the answer that the same request was given before, or None: a look that waits for nobody.

        For work of which a part takes long and changes nothing, such as a question to the network. That part comes
        after this look and before `answer`, which holds the key and whatever the work locks until it is over. So a
        request that is repeated does not ask again, nobody waits for the network under a lock, and of two at the same
        time both ask, one works, and the other gets its answer.

        Raises:
            Unprocessable: the key was used for another body.
        """
        used = self._used(db, now) if self.key is not None else None
        return None if used is None else self._replayed(used)

    def execute(self, db: Database, work: Callable[[], Response], *, now: datetime) -> Response:
        """Return the answer of ``work``, or the one that it gave when it was asked before, up to 24 hours ago.

        ``work`` and the note of its answer are one transaction: a crash leaves both or neither. Of two requests at
        the same time one works while the other waits for its answer. What ``work`` raises is not remembered.

        Raises:
            Unprocessable: the key was used for another body.
        """
        if self.key is None:
            return work()
        with db.transaction():
            if not self._claimed(db, now):
                return self._remembered(db, now)
            answer = work()
            self._remember(db, answer)
            return answer

    def _claimed(self, db: Database, now: datetime) -> bool:
        claim = db.one(_queries["claim_key"], **self._name, request_hash=self._hash, now=now, expires_at=now + KEPT_FOR)
        return claim is not None

    def _remember(self, db: Database, answer: Response) -> None:
        # The body is kept as a JSON string, not as an object: jsonb would not keep the order of its fields.
        db.fetch(_queries["remember_answer"], **self._name, status_code=answer.status, response=Jsonb(answer.body))

    def _remembered(self, db: Database, now: datetime) -> Response:
        used = self._used(db, now)
        assert used is not None  # or the key had been ours
        return self._replayed(used)

    def _used(self, db: Database, now: datetime) -> dict[str, Any] | None:
        return db.one(_queries["remembered_answer"], **self._name, now=now)

    def _replayed(self, used: Mapping[str, Any]) -> Response:
        if used["request_hash"] != self._hash:
            raise Unprocessable(
                "This Idempotency-Key was used for a different request. Use a new key for a new request.",
                code="idempotency_key_reused",
            )
        return Response(used["status_code"], used["response"], replayed=True)

    @property
    def _name(self) -> dict[str, Any]:
        return {"owner_id": self.owner_id, "operation": self.operation, "key": self.key}

    @property
    def _hash(self) -> bytes:
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).digest()


_queries = sql.load(__package__)

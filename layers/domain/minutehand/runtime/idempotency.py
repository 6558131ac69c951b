"""Stores the response to a request with an Idempotency-Key for 24 hours, and returns the stored response to repeated
requests. A request that raised an error has no stored response, so a repeated request is executed again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Unprocessable
from minutehand.runtime.response import Response

KEY_LIFETIME = timedelta(hours=24)


class IdempotentRequest(NamedTuple):
    """An API call whose response is stored under the combination of operation, owner and key.

    A call with the same key and another ``body`` is refused. If ``key`` is None, every call is executed.
    """

    operation: str
    owner_id: str
    key: str | None
    body: Mapping[str, object]

    def stored_response(self, db: Database, *, now: datetime) -> Response[Any] | None:
        """Return the response to an earlier call with the same key, or None. This method does not wait for locks.

        Some calls do slow work that changes nothing, such as a request to another server. They do this work before
        `execute`, because `execute` holds locks until it returns. With this method, a repeated call can skip the work.
        If two calls run at the same time, both do the slow work before one of them waits in `execute`.

        Raises:
            Unprocessable: the key was used for another body.
        """
        stored = self._stored(db, now) if self.key is not None else None
        return None if stored is None else self._replay(stored)

    def step(self, name: str) -> "IdempotentRequest":
        """Return one step of the request, whose result is stored separately."""
        return self._replace(operation=f"{self.operation}/{name}")

    def stored_steps(self, db: Database, names: Sequence[str], *, now: datetime) -> dict[str, str]:
        """Return the bodies of the stored results of these steps, keyed by the names of the steps."""
        if self.key is None:
            return {}
        steps = {self.step(name).operation: name for name in names}
        rows = db.fetch(_queries["stored_steps"], owner_id=self.owner_id, operations=list(steps), key=self.key, now=now)
        return {steps[row["operation"]]: row["response"] for row in rows}

    def execute(self, db: Database, work: Callable[[], Response[Any]], *, now: datetime) -> Response[Any]:
        """Return the response of ``work``, or the stored response to a call with the same key in the last 24 hours.

        If there is a key, one transaction executes ``work`` and stores the response. If two calls run at the same time,
        the second call waits for the first. The second call executes ``work`` only if the first call failed, because an
        error of ``work`` is not stored.

        Raises:
            Unprocessable: the key was used for another body.
        """
        if self.key is None:
            return work()
        with db.transaction():
            if not self._claim_key(db, now):
                stored = self._stored(db, now)
                assert stored is not None  # another call has claimed the key
                return self._replay(stored)
            response = work()
            self._store(db, response)
            return response

    def _claim_key(self, db: Database, now: datetime) -> bool:
        expires_at = now + KEY_LIFETIME
        row = db.one(_queries["claim_key"], **self._name, request_hash=self._hash, now=now, expires_at=expires_at)
        return row is not None

    def _store(self, db: Database, response: Response[Any]) -> None:
        # The body is stored as a JSON string, not as an object, because jsonb does not keep the order of fields.
        body = response.body if response.stored_body is None else response.stored_body
        db.fetch(_queries["store_response"], **self._name, status_code=response.status, response=Jsonb(body))

    def _stored(self, db: Database, now: datetime) -> dict[str, Any] | None:
        return db.one(_queries["stored_response"], **self._name, now=now)

    def _replay(self, stored: Mapping[str, Any]) -> Response[Any]:
        if stored["request_hash"] != self._hash:
            raise Unprocessable(
                "This Idempotency-Key was used for a different request. Use a new key for a new request.",
                code="idempotency_key_reused",
            )
        return Response(stored["status_code"], stored["response"], replayed=True)

    @property
    def _name(self) -> dict[str, Any]:
        return {"owner_id": self.owner_id, "operation": self.operation, "key": self.key}

    @property
    def _hash(self) -> bytes:
        import hashlib  # imported late, because many requests have no key

        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).digest()


_queries = sql.load(__package__)

"""An SQS client that accepts and counts every message."""

import json
import threading
import time
from typing import Any
from uuid import UUID


class AcceptingSqs:
    """Count calls, and how many of them ran at the same time."""

    def __init__(self, *, call_seconds: float = 0.0) -> None:
        self.calls = 0
        self.most_at_once = 0
        self.publication_ids: list[UUID] = []
        self._call_seconds = call_seconds
        self._running = 0
        self._turn = threading.Lock()

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Accept all messages and keep the ids of their publications."""
        with self._turn:
            self.calls += 1
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
            self.publication_ids.extend(UUID(json.loads(entry["MessageBody"])["publicationId"]) for entry in Entries)
        time.sleep(self._call_seconds)
        with self._turn:
            self._running -= 1
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

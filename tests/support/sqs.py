"""A fake SQS that can lose, duplicate, delay and reorder messages, as SQS may."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from tests.support.clock import FakeClock
from tests.support.faults import Boundaries

VISIBILITY = timedelta(seconds=360)
MAX_RECEIVES = 3


class Message:
    def __init__(self, message_id: str, body: str, visible_at: datetime) -> None:
        self.id = message_id
        self.body = body
        self.visible_at = visible_at
        self.receives = 0

    def record(self) -> dict[str, Any]:
        attributes = {"ApproximateReceiveCount": str(self.receives)}
        return {"messageId": self.id, "receiptHandle": self.id, "body": self.body, "attributes": attributes}


class FakeSqs:
    """Implements the methods of boto3's client that the code uses, on messages that tests can change."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._ids = itertools.count(1)
        self.messages: dict[str, Message] = {}
        self.dead: list[Message] = []
        self.refuse = 0  # the number of entries to refuse from now on
        self.sent = 0

    def through(self, boundaries: Boundaries) -> "BoundarySqs":
        return BoundarySqs(self, boundaries)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert 1 <= len(Entries) <= 10
        response: dict[str, Any] = {"Successful": [], "Failed": []}
        for entry in Entries:
            assert 0 <= entry["DelaySeconds"] <= 900
            if self.refuse:
                self.refuse -= 1
                response["Failed"].append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
                continue
            self.put(entry["MessageBody"], delay=entry["DelaySeconds"])
            response["Successful"].append({"Id": entry["Id"]})
        return response

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        for entry in Entries:
            if entry["ReceiptHandle"] in self.messages:
                message = self.messages[entry["ReceiptHandle"]]
                message.visible_at = self._clock.now() + timedelta(seconds=entry["VisibilityTimeout"])
        return {}

    def put(self, body: str, *, delay: float = 0) -> None:
        message = Message(f"m{next(self._ids)}", body, self._clock.now() + timedelta(seconds=delay))
        self.messages[message.id] = message
        self.sent += 1

    def receive(self, count: int = 10) -> list[Message]:
        now = self._clock.now()
        visible = sorted((m for m in self.messages.values() if m.visible_at <= now), key=lambda m: m.visible_at)
        received: list[Message] = []
        for message in visible:
            if len(received) == count:
                break
            if message.receives == MAX_RECEIVES:
                self.dead.append(self.messages.pop(message.id))
                continue
            message.receives += 1
            message.visible_at = now + VISIBILITY
            received.append(message)
        return received

    def acknowledge(self, received: list[Message], failures: set[str]) -> None:
        for message in received:
            if message.id not in failures:
                self.messages.pop(message.id, None)

    def next_visible_at(self) -> datetime | None:
        return min((message.visible_at for message in self.messages.values()), default=None)

    def purge(self) -> int:
        lost = len(self.messages)
        self.messages.clear()
        return lost


class BoundarySqs:
    """The same SQS, with a boundary before and after each call of a process."""

    def __init__(self, sqs: FakeSqs, boundaries: Boundaries) -> None:
        self._sqs = sqs
        self._boundaries = boundaries

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._sqs, name)

        def bounded(**arguments: Any) -> Any:
            self._boundaries.reach(f"before {name}")
            response = call(**arguments)
            self._boundaries.reach(f"after {name}")
            return response

        return bounded

"""Sending messages: their delay, their content, and the records of those that SQS accepted."""

import json
import re
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from minutehand.queue.outbox import Outbox
from minutehand.queue.sendable import Sendable
from tests.support.clock import START


class Sqs:
    """Keeps the entries of each call. ``refused``: the bodies of entries that it does not accept."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.refused: set[str] = set()

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append(Entries)
        failed = [entry for entry in Entries if entry["MessageBody"] in self.refused]
        return {
            "Successful": [{"Id": entry["Id"]} for entry in Entries if entry not in failed],
            "Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in failed],
        }


class Marks:
    """A database that keeps the ids of publications marked as sent."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    def fetch(self, query: Any, *, ids: list[UUID], now: object) -> list[dict[str, Any]]:
        assert query.name == "mark_sent"
        self.ids += ids
        return []


def sendable(number: int = 1, *, ahead: float = 0, owner: str = "ada") -> Sendable:
    return Sendable(UUID(int=number), UUID(int=0), owner, START + timedelta(seconds=ahead))


def dispatch(*publications: Sendable, sqs: Sqs, lead: float = 1) -> tuple[int, Marks]:
    marks = Marks()
    outbox = Outbox(cast("Any", sqs), "queue", lead=timedelta(seconds=lead))
    return len(outbox.dispatch(cast("Any", marks), publications, START)), marks


@pytest.mark.parametrize(
    ("ahead", "lead", "delay"),
    [
        (-30, 1, 0),
        (0, 1, 0),
        (0.9, 1, 0),
        (1, 1, 0),
        (1.999, 1, 0),
        (2, 1, 1),
        (60.999, 1, 59),
        (60, 0, 60),
        (60.5, 0, 60),
        (60, 10, 50),
        (119.999, 1, 118),
        (900, 0, 900),
        (901, 1, 900),
        (5_000, 1, 900),
    ],
)
def test_delay_is_the_time_left_minus_the_lead_rounded_down_within_the_limit_of_sqs(
    ahead: float, lead: float, delay: int
) -> None:
    sqs = Sqs()
    dispatch(sendable(ahead=ahead), sqs=sqs, lead=lead)
    assert sqs.calls[0][0]["DelaySeconds"] == delay


def test_message_holds_only_ids() -> None:
    sqs = Sqs()
    dispatch(sendable(7), sqs=sqs)
    assert json.loads(sqs.calls[0][0]["MessageBody"]) == {
        "publicationId": str(UUID(int=7)),
        "jobId": str(UUID(int=0)),
    }


def test_message_group_is_one_per_owner_and_valid_for_any_owner_id() -> None:
    sqs = Sqs()
    owners = ["ada", "grace", "ada", "Ada 🏺\n", "x" * 200]
    dispatch(*(sendable(number, owner=owner) for number, owner in enumerate(owners)), sqs=sqs)
    groups = [entry["MessageGroupId"] for entry in sqs.calls[0]]
    assert groups[0] == groups[2]
    assert len(set(groups)) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,128}", group) for group in groups)


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (10, 1), (11, 2), (500, 50)])
def test_one_call_sends_at_most_ten_messages(count: int, calls: int) -> None:
    sqs = Sqs()
    sent, marks = dispatch(*(sendable(number) for number in range(count)), sqs=sqs)
    assert (sent, len(sqs.calls)) == (count, calls)
    assert sorted(marks.ids) == [UUID(int=number) for number in range(count)]


def test_only_accepted_messages_are_marked_as_sent() -> None:
    sqs = Sqs()
    sqs.refused = {json.dumps({"publicationId": str(UUID(int=2)), "jobId": str(UUID(int=0))})}
    sent, marks = dispatch(sendable(1), sendable(2), sendable(3), sqs=sqs)
    assert sent == 2
    assert marks.ids == [UUID(int=1), UUID(int=3)]


def test_failed_call_does_not_affect_other_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = Sqs()
    send = sqs.send_message_batch

    def failing_once(*, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        if str(UUID(int=0)) in Entries[0]["MessageBody"].split(",")[0]:
            raise ConnectionError("no route")
        return send(QueueUrl=QueueUrl, Entries=Entries)

    monkeypatch.setattr(sqs, "send_message_batch", failing_once)
    sent, marks = dispatch(*(sendable(number) for number in range(15)), sqs=sqs)
    assert sent == 5
    assert marks.ids == [UUID(int=number) for number in range(10, 15)]


def test_refused_message_is_not_marked_as_sent() -> None:
    sqs = Sqs()
    sqs.refused = {json.dumps({"publicationId": str(UUID(int=1)), "jobId": str(UUID(int=0))})}
    assert dispatch(sendable(1), sqs=sqs)[1].ids == []

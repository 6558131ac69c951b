"""Messages in, and the answer that says which are to be seen again."""

import json
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from minutehand.queue.messages import Batch, PublishQueue, parse
from tests.support.clock import START


def record(number: int, body: object) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": f"m{number}", "receiptHandle": f"r{number}", "body": text}


def ours(number: int, publication: int) -> dict[str, Any]:
    return record(number, {"publicationId": str(UUID(int=publication)), "jobId": str(UUID(int=0))})


class Sqs:
    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append(Entries)
        return {"Failed": [{"Id": "0", "Code": "MessageNotInflight"}]} if len(Entries) == 1 else {}


def answer(batch: Batch, sqs: Sqs, *, lead: float = 1, **seconds: float) -> list[str]:
    come_back = {UUID(int=int(name[1:])): START + timedelta(seconds=value) for name, value in seconds.items()}
    queue = PublishQueue(cast("Any", sqs), "queue", lead=timedelta(seconds=lead))
    given = queue.answer(batch, come_back, now=START)
    return [failure["itemIdentifier"] for failure in given["batchItemFailures"]]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "null",
        "7",
        "{}",
        {"publicationId": None},
        {"publicationId": 7},
        {"publicationId": "7"},
        {"publicationId": ["x"]},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_reported_and_the_rest_is_read(body: object) -> None:
    batch = parse({"Records": [record(1, body), ours(2, 5)]})
    assert (batch.unreadable, batch.publication_ids) == (["m1"], [UUID(int=5)])
    assert answer(batch, Sqs()) == ["m1"]


def test_a_doubled_message_names_its_publication_once_and_comes_back_once() -> None:
    batch = parse({"Records": [ours(1, 5), ours(2, 5), ours(3, 6)]})
    assert batch.publication_ids == [UUID(int=5), UUID(int=6)]
    sqs = Sqs()
    assert answer(batch, sqs, p5=10) == ["m1"]
    assert [entry["ReceiptHandle"] for call in sqs.calls for entry in call] == ["r1"]


@pytest.mark.parametrize(
    ("wait", "lead", "visible_in"),
    [(5, 1, 4), (10, 1, 9), (5.2, 1, 5), (0, 1, 0), (-90, 1, 0), (5, 0, 5), (5, 10, 0), (90_000, 1, 43_200)],
)
def test_a_message_is_seen_again_its_lead_before_its_moment(wait: float, lead: float, visible_in: int) -> None:
    sqs = Sqs()
    answer(parse({"Records": [ours(1, 5)]}), sqs, lead=lead, p5=wait)
    assert sqs.calls[0][0]["VisibilityTimeout"] == visible_in


def test_ten_at_most_are_changed_with_one_call() -> None:
    batch = parse({"Records": [ours(number, number) for number in range(12)]})
    sqs = Sqs()
    assert len(answer(batch, sqs, **{f"p{number}": 5 for number in range(12)})) == 12
    assert [len(call) for call in sqs.calls] == [10, 2]


def test_nothing_to_come_back_asks_nothing_of_sqs() -> None:
    sqs = Sqs()
    assert answer(parse({"Records": [ours(1, 5)]}), sqs) == []
    assert sqs.calls == []

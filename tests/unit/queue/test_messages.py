"""Reading the messages of a batch, and the response that names those to retry."""

import json
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from minutehand.queue.messages import Batch, PublishQueue, parse
from tests.support.clock import START

FIRST_RECEIVE = {"ApproximateReceiveCount": "1", "MessageGroupId": "ada", "AWSTraceHeader": "Root=1"}


def record(number: int, body: object) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": f"m{number}", "receiptHandle": f"r{number}", "body": text, "attributes": {**FIRST_RECEIVE}}


def message(number: int, publication: int) -> dict[str, Any]:
    return record(number, {"publicationId": str(UUID(int=publication)), "jobId": str(UUID(int=0))})


class Sqs:
    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.copies: list[dict[str, Any]] = []
        self.refused: set[str] = set()

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append(Entries)
        return {"Failed": [{"Id": "0", "Code": "MessageNotInflight"}]} if len(Entries) == 1 else {}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        accepted = [entry for entry in Entries if entry["Id"] not in self.refused]
        self.copies += accepted
        return {
            "Successful": [{"Id": entry["Id"]} for entry in accepted],
            "Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in Entries if entry not in accepted],
        }


def respond(batch: Batch, sqs: Sqs, *, lead: float = 1, **seconds: float) -> list[str]:
    retry_at = {UUID(int=int(name[1:])): START + timedelta(seconds=value) for name, value in seconds.items()}
    queue = PublishQueue(cast("Any", sqs), "queue", lead=timedelta(seconds=lead), max_receives=3)
    response = queue.respond(batch, retry_at, now=START)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


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
def test_unreadable_message_is_reported_and_the_others_are_read(body: object) -> None:
    batch = parse({"Records": [record(1, body), message(2, 5)]})
    assert (batch.unreadable, batch.publication_ids) == (["m1"], [UUID(int=5)])
    assert respond(batch, Sqs()) == ["m1"]


def test_duplicate_message_names_its_publication_once_and_is_retried_once() -> None:
    batch = parse({"Records": [message(1, 5), message(2, 5), message(3, 6)]})
    assert batch.publication_ids == [UUID(int=5), UUID(int=6)]
    sqs = Sqs()
    assert respond(batch, sqs, p5=10) == ["m1"]
    assert [entry["ReceiptHandle"] for call in sqs.calls for entry in call] == ["r1"]


@pytest.mark.parametrize(
    ("wait", "lead", "visible_in"),
    [(5, 1, 4), (10, 1, 9), (5.2, 1, 5), (0, 1, 0), (-90, 1, 0), (5, 0, 5), (5, 10, 0), (90_000, 1, 43_200)],
)
def test_retried_message_becomes_visible_its_lead_before_the_retry(wait: float, lead: float, visible_in: int) -> None:
    sqs = Sqs()
    respond(parse({"Records": [message(1, 5)]}), sqs, lead=lead, p5=wait)
    assert sqs.calls[0][0]["VisibilityTimeout"] == visible_in


def test_one_call_changes_the_visibility_of_at_most_ten_messages() -> None:
    batch = parse({"Records": [message(number, number) for number in range(12)]})
    sqs = Sqs()
    assert len(respond(batch, sqs, **{f"p{number}": 5 for number in range(12)})) == 12
    assert [len(call) for call in sqs.calls] == [10, 2]


def test_batch_without_retries_calls_nothing_at_sqs() -> None:
    sqs = Sqs()
    assert respond(parse({"Records": [message(1, 5)]}), sqs) == []
    assert sqs.calls == []


def received(number: int, times: int) -> dict[str, Any]:
    each = message(number, number)
    each["attributes"]["ApproximateReceiveCount"] = str(times)
    return each


def test_message_on_its_last_receive_is_replaced_by_a_copy() -> None:
    batch = parse({"Records": [received(1, 2), received(2, 3), received(3, 4)]})
    sqs = Sqs()

    assert respond(batch, sqs, p1=20, p2=20, p3=9_000) == ["m1"]

    assert [entry["ReceiptHandle"] for call in sqs.calls for entry in call] == ["r1"]
    assert [(copy["MessageBody"], copy["DelaySeconds"]) for copy in sqs.copies] == [
        (received(2, 3)["body"], 19),
        (received(3, 4)["body"], 900),
    ]
    assert {copy["MessageGroupId"] for copy in sqs.copies} == {"ada"}
    assert {copy["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"] for copy in sqs.copies} == {"Root=1"}


def test_message_without_a_copy_is_left_to_sqs() -> None:
    sqs = Sqs()
    sqs.refused = {"0"}
    assert respond(parse({"Records": [received(1, 3), received(2, 3)]}), sqs, p1=20, p2=20) == ["m1"]

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.errors import Unprocessable
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.response import Response, success
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START
from tests.support.sqs import FakeSqs

POSTS = Query("posts", "SELECT count(*)::int AS posts FROM social_posts")
KEYS = Query("keys", "SELECT owner_id, operation, key, expires_at FROM idempotency_keys")
BODY = {"content": "The kiln is warm.", "platforms": ["bluesky"], "scheduledAt": "2026-03-02T09:01:00Z"}


def create(api: Api, body: object = BODY, key: str = "k-1", **who: Any) -> Reply:
    return api.call("create_post", body, headers={"Idempotency-Key": key}, **who)


def posts(db: Database) -> int:
    row = db.one(POSTS)
    assert row is not None
    return int(row["posts"])


def test_a_repeated_request_is_executed_once(api: Api, db: Database) -> None:
    first = create(api)
    second = create(api, dict(reversed(BODY.items())))

    assert (first.status, second.status, second.text) == (201, 201, first.text)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert posts(db) == 1


def test_a_repeated_request_gets_the_stored_response_after_its_time(api: Api, db: Database) -> None:
    first = create(api)
    api.clock.advance(minutes=10)

    assert create(api).text == first.text
    assert create(api, key="k-2").status == 400


def test_another_body_under_the_same_key_is_refused(api: Api, db: Database) -> None:
    create(api)

    reply = create(api, BODY | {"content": "Something else"})

    assert (reply.status, reply.body["code"]) == (422, "idempotency_key_reused")
    assert posts(db) == 1


def test_a_request_without_a_key_is_always_executed(api: Api, db: Database) -> None:
    for _ in range(2):
        assert api.call("create_post", BODY).status == 201

    assert posts(db) == 2
    assert db.fetch(KEYS) == []


def test_owners_do_not_share_keys(api: Api, db: Database) -> None:
    create(api, user="ada")
    create(api, user="bob")

    assert posts(db) == 2


def test_a_key_expires_after_a_day(api: Api, db: Database) -> None:
    body = {"content": "The kiln is warm."}
    first = create(api, body)
    api.clock.advance(hours=23, minutes=59)
    assert create(api, body).text == first.text
    api.clock.advance(minutes=1)

    again = create(api, {"content": "Another"})

    assert (again.status, again.post["content"]) == (201, "Another")
    assert [row["expires_at"] for row in db.fetch(KEYS)] == [START + timedelta(hours=48)]


def test_a_refusal_is_not_stored(api: Api, db: Database) -> None:
    late = BODY | {"scheduledAt": "2026-03-02T08:00:00Z"}

    assert create(api, late).status == 400
    assert db.fetch(KEYS) == []
    assert create(api).status == 201


def test_a_repeated_schedule_request_sends_one_message(api: Api, sqs: FakeSqs) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z")
    first, second = (
        api.call("schedule_post", {"postId": post["id"]}, headers={"IDEMPOTENCY-KEY": "k-1"}) for _ in range(2)
    )

    assert second.text == first.text
    assert second.headers["idempotent-replayed"] == "true"
    assert sqs.sent == 1


def test_different_calls_may_use_the_same_key(api: Api) -> None:
    post = create(api).post

    assert api.call("schedule_post", {"postId": post["id"]}, headers={"idempotency-key": "k-1"}).status == 200


@pytest.mark.parametrize("key", ["", "  ", "k" * 256, "a\x07b", "a\u2028b"])
def test_an_invalid_key_is_refused(api: Api, db: Database, key: str) -> None:
    reply = create(api, key=key)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "Idempotency-Key")
    assert posts(db) == 0


def test_a_crash_after_the_work_leaves_neither_work_nor_key(api: Api, db: Database) -> None:
    class Crash(BaseException):
        pass

    request = IdempotentRequest("posts.create", "ada", "k-1", {})
    insert = Query("insert", "INSERT INTO social_posts (content, created_by, owner_id) VALUES ('Hello', 'ada', 'ada')")

    def work() -> Response[Any]:
        db.fetch(insert)
        raise Crash

    with pytest.raises(Crash):
        request.execute(db, work, now=START)

    assert posts(db) == 0
    assert db.fetch(KEYS) == []
    assert request.execute(db, lambda: success({}, 201), now=START) == Response(201, '{"success":true}')


def test_concurrent_equal_requests_share_one_execution(db: Database, database_url: str) -> None:
    count = 8
    start, answers, worked = threading.Barrier(count), [], []

    def request(number: int) -> None:
        own = Database(lambda: database_url)
        insert = Query(
            "insert", "INSERT INTO social_posts (content, created_by, owner_id) VALUES ('Hello', 'ada', 'ada')"
        )

        def work() -> Response[Any]:
            own.fetch(insert)
            worked.append(number)
            return success({"number": number}, 201)

        start.wait()
        answers.append(
            IdempotentRequest("posts.create", "ada", "k-1", {"content": "Hello"}).execute(own, work, now=START)
        )
        own.close()

    threads = [threading.Thread(target=request, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(worked) == posts(db) == 1
    assert {answer.body for answer in answers} == {f'{{"success":true,"number":{worked[0]}}}'}
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 7


def test_a_waiting_request_is_executed_when_the_first_one_fails(db: Database, database_url: str) -> None:
    request = IdempotentRequest("posts.create", "ada", "k-1", {})
    answers: list[Response] = []
    waiting = Query(
        "waiting", "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    watcher = Database(lambda: database_url)  # within a transaction the view would not change

    def second() -> None:
        own = Database(lambda: database_url)
        answers.append(request.execute(own, lambda: success({}, 201), now=START))
        own.close()

    thread = threading.Thread(target=second)

    def first() -> Response:
        thread.start()
        deadline = time.monotonic() + 20
        while not watcher.fetch(waiting):  # until the second request waits for the key
            assert time.monotonic() < deadline
        raise Unprocessable

    with pytest.raises(Unprocessable):
        request.execute(db, first, now=START)
    thread.join()
    watcher.close()

    assert answers == [Response(201, '{"success":true}')]


def test_a_lookup_of_a_stored_response_does_not_wait(db: Database, database_url: str) -> None:
    request = IdempotentRequest("posts.create", "ada", "k-1", {})
    other = Database(lambda: database_url)
    seen: list[Response[Any] | None] = []

    def work() -> Response[Any]:
        seen.append(request.stored_response(other, now=START))
        return success({}, 201)

    request.execute(db, work, now=START)
    seen.append(request.stored_response(other, now=START))

    assert seen == [None, Response(201, '{"success":true}', replayed=True)]
    assert request.stored_response(other, now=START + timedelta(hours=24)) is None
    assert IdempotentRequest("posts.create", "ada", None, {}).stored_response(other, now=START) is None
    with pytest.raises(Unprocessable):
        IdempotentRequest("posts.create", "ada", "k-1", {"content": "Another"}).stored_response(other, now=START)
    other.close()

"""The common behaviour of all calls: identity, malformed bodies, the shape of errors, and logs."""

import base64
import json
from unittest.mock import MagicMock

import psycopg
import pytest

from local.openapi.reference import routes
from minutehand.runtime import api_function
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import FakeClock
from tests.support.postgres import as_group

CALLS = sorted((method, function) for (method, path), function in routes().items() if path.startswith("posts/"))
WRITES = [call for call in CALLS if call[0] != "GET"]
REQUEST_ID = "6f1d2c3b-4a59-4e68-9b7c-8d9e0f1a2b3c"


@pytest.mark.parametrize(("method", "function"), CALLS)
def test_a_request_without_an_identity_is_unauthenticated(api: Api, method: str, function: str) -> None:
    reply = api.call(function, {}, user=None, httpMethod=method)

    assert reply.status == 401
    assert reply.body == {
        "success": False,
        "error": "Authentication required.",
        "code": "unauthenticated",
        "details": [],
        "requestId": REQUEST_ID,
    }


def test_an_identity_in_the_body_or_the_headers_is_ignored(api: Api) -> None:
    reply = api.call("create_post", {"content": "a", "ownerId": "bob"}, headers={"x-user-id": "bob"}, user=None)

    assert reply.status == 401
    assert (
        api.call("create_post", {"content": "a", "ownerId": "bob"})
        .body["error"]
        .startswith("There is no field ownerId")
    )


@pytest.mark.parametrize(("method", "function"), WRITES)
def test_a_viewer_cannot_write(api: Api, method: str, function: str) -> None:
    reply = api.call(function, {"content": "a"}, roles="viewer", httpMethod=method)

    assert (reply.status, reply.body["code"]) == (403, "forbidden")


def test_a_viewer_reads_and_writes_only_with_a_second_role(api: Api) -> None:
    assert api.call("list_posts", roles="viewer").status == 200
    assert api.call("create_post", {"content": "a"}, roles="viewer, editor").status == 201


def test_a_response_is_json_with_a_request_id_and_not_cached(api: Api) -> None:
    headers = api.call("list_posts").headers

    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-request-id"] == REQUEST_ID
    assert headers["cache-control"] == "no-store"
    assert dict(api.call("list_posts", query={"take": "0"}).headers) == dict(headers)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "{",
        "[]",
        '"content"',
        "null",
        '{"content": NaN}',
        '{"content": "a", "content": "b"}',
        "[" * 100_000,
        '{"version": ' + "9" * 5_000 + "}",
        '{"content": "\x01"}',
        '{"content": "a", "publishWithinSeconds": 1e400}',
        '{"content": "a", "platformOptions": {"x": {"poll": -1e400}}}',
        '{"content": "a", "platformOptions": {"x": {"poll": ' + "[" * 48 + "]" * 48 + "}}}",
        '{"content": "a", "platformOptions": {"x": {"poll": ' + "[" * 3_000 + "]" * 3_000 + "}}}",
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(api: Api, body: str | None) -> None:
    reply = api.call("create_post", body)

    assert reply.status == 400
    assert reply.body["code"] in ("invalid_json", "invalid_input")
    assert reply.body["error"].endswith(".")


def test_options_may_be_nested_up_to_a_limit(api: Api) -> None:
    reply = api.call("create_post", '{"content": "a", "platformOptions": {"x": {"poll": ' + "[" * 47 + "]" * 47 + "}}}")

    assert reply.status == 201


@pytest.mark.parametrize("name", ["\\ud800", "a" * 100_000, "é" * 1_000])
@pytest.mark.parametrize("body", ['{"%s": 1, "%s": 2}', '{"%s": "\\u0000"}', '{"a": {"%s": "\\ud800"}}', '{"%s": 1}'])
def test_error_about_an_odd_field_name_is_short_and_can_be_encoded(api: Api, body: str, name: str) -> None:
    reply = api.call("create_post", body.replace("%s", name))

    assert reply.status == 400
    assert len(reply.text.encode()) < 2_000
    assert reply.body["details"] == [] or len(reply.body["details"][0]["field"]) <= 100


def test_error_about_an_odd_idempotency_key_can_be_encoded(api: Api) -> None:
    reply = api.call("create_post", {"content": "a"}, headers={"idempotency-key": "\ud800"})

    assert (reply.status, reply.body["details"][0]["given"]) == (400, "?")
    assert reply.text.encode()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"content": "a\\u0000b"}', "content contains a NUL character (U+0000), which cannot be stored."),
        ('{"content": "a\\ud83d"}', "content contains an unpaired surrogate, which is not a character."),
        (
            '{"content": "a", "mediaUrls": ["https://a.example", "\\u0000"]}',
            "mediaUrls[1] contains a NUL character (U+0000), which cannot be stored.",
        ),
        (
            '{"content": "a", "\\udc00": 1}',
            "A field name contains an unpaired surrogate, which is not a character.",
        ),
        (
            '{"content": "a", "x": ' + '{"y":' * 500 + '"\\u0000"' + "}" * 501,
            None,
        ),
    ],
)
def test_characters_that_cannot_be_stored_are_refused(api: Api, body: str, sentence: str | None) -> None:
    reply = api.call("create_post", body)

    assert reply.status == 400
    assert sentence is None or reply.body["error"] == sentence


def test_a_whole_surrogate_pair_is_a_character(api: Api) -> None:
    assert api.call("create_post", '{"content": "\\ud83c\\udffa"}').post["content"] == "🏺"


def test_a_body_in_base64_is_read(api: Api) -> None:
    body = base64.b64encode(json.dumps({"content": "Schöne Grüße"}, ensure_ascii=False).encode()).decode()

    assert api.call("create_post", body, isBase64Encoded=True).post["content"] == "Schöne Grüße"


@pytest.mark.parametrize("encoded", [False, True])
def test_a_byte_order_mark_before_the_body_is_ignored(api: Api, encoded: bool) -> None:
    body = '\ufeff{"content": "\ufeffa"}'
    sent = base64.b64encode(body.encode()).decode() if encoded else body

    assert api.call("create_post", sent, isBase64Encoded=encoded).post["content"] == "\ufeffa"


@pytest.mark.parametrize("body", ["no base64!", base64.b64encode(b'{"content": "\xff"}').decode()])
def test_a_body_that_is_not_text_is_refused(api: Api, body: str) -> None:
    reply = api.call("create_post", body, isBase64Encoded=True)

    assert (reply.status, reply.body["error"]) == (400, "The body is not valid UTF-8.")


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 400), (256 * 1024 + 1, 413), (3_000_000, 413)])
def test_a_body_over_256_kilobytes_is_refused(api: Api, size: int, status: int, encoded: bool) -> None:
    raw = ("ä" * (size // 2) + "a" * (size % 2)).encode()
    body = base64.b64encode(raw).decode() if encoded else raw.decode()

    assert api.call("create_post", body, isBase64Encoded=encoded).status == status


@pytest.mark.parametrize(
    "declared",
    [
        *("application/json", "Application/JSON; charset=utf-8", "application/vnd.a+json"),
        *("application/json, application/json", "application/json;charset=utf-8,application/json"),
    ],
)
def test_a_body_declared_as_json_is_read(api: Api, declared: str) -> None:
    assert (
        api.call("create_post", {"content": "a"}, headers={"Content-Type": declared, "content-type": declared}).status
        == 201
    )


def test_a_body_that_is_not_declared_is_read(api: Api) -> None:
    assert api.call("create_post", {"content": "a"}, headers={}, multiValueHeaders=None).status == 201


@pytest.mark.parametrize(
    "declared", ["text/plain", "application/x-www-form-urlencoded", "application/json, text/plain"]
)
def test_a_body_declared_as_something_else_is_refused(api: Api, declared: str) -> None:
    reply = api.call("create_post", {"content": "a"}, headers={"content-type": declared})

    assert (reply.status, reply.body["code"]) == (415, "unsupported_media_type")


def test_an_empty_event_gets_a_response(api: Api) -> None:
    reply = api.call("create_post", None, headers=None, multiValueHeaders=None, queryStringParameters=None)

    assert reply.status == 400


@pytest.mark.parametrize(
    "path", ["/api/social/posts/list/", "/v1/api/social/posts/list", "/v1/api/social/posts/list//"]
)
def test_a_base_path_and_a_slash_at_the_end_of_the_path_are_ignored(api: Api, path: str) -> None:
    assert api.call("list_posts", path=path).status == 200


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/social/posts/list"), ("GET", "/api/social/posts/other")])
def test_an_unknown_route_is_not_found(api: Api, method: str, path: str) -> None:
    reply = api.call("list_posts", httpMethod=method, path=path)

    assert (reply.status, reply.body["code"], reply.body["requestId"]) == (404, "not_found", REQUEST_ID)


def test_each_problem_has_a_detail_and_the_first_is_the_error(api: Api) -> None:
    body = {"content": 1, "platforms": ["myspace", "x"], "colour": "red", "approvalRequired": "yes"}

    reply = api.call("create_post", body)

    assert reply.body["error"] == reply.body["details"][0]["message"]
    assert reply.body["error"].startswith("There is no field colour. The fields are: content, platforms, ")
    assert reply.body["details"][1]["message"] == "content must be a string."
    assert {detail["field"]: detail["given"] for detail in reply.body["details"]} == {
        "content": 1,
        "platforms[0]": "myspace",
        "approvalRequired": "yes",
        "colour": "red",
    }


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    logger = MagicMock()
    monkeypatch.setattr(api_function, "logger", logger)
    return logger


def test_a_refusal_is_logged_at_info_without_the_given_values(api: Api, logged: MagicMock) -> None:
    api.call("create_post", {"content": "private", "platforms": ["myspace"]})

    assert {call[0] for call in logged.method_calls} == {"info"}
    refused, answered = (call.kwargs["extra"] for call in logged.info.call_args_list)
    assert refused == {"status": 400, "code": "invalid_input", "fields": ["platforms[0]"]}
    assert answered == {"method": "POST", "path": "/api/social/posts/create", "status": 400}


def test_each_request_is_logged_with_its_post_id(api: Api, logged: MagicMock) -> None:
    post = api.create()["id"]
    api.get(post)
    api.call("schedule_post", {"postId": post})
    api.call("schedule_post", {"postId": "secret words"})
    api.call("schedule_post", '{"postId": ')

    lines = [call.kwargs["extra"] for call in logged.info.call_args_list if call.args == ("request completed",)]
    assert [(line["status"], line.get("post")) for line in lines] == [
        (201, post),
        (200, post),
        (409, post),
        (404, None),
        (400, None),
    ]
    assert "secret" not in str(lines)


def test_each_request_is_logged_with_its_api_token(api: Api, logged: MagicMock) -> None:
    event = sample("list_posts")
    event["requestContext"]["authorizer"] = {"userId": "ada", "ownerId": "ada", "scopes": "read", "tokenId": "t1"}
    api.function("list_posts")(event, CONTEXT)
    api.call("list_posts")

    lines = [call.kwargs["extra"] for call in logged.info.call_args_list if call.args == ("request completed",)]
    assert [line.get("api_token") for line in lines] == ["t1", None]


def test_an_unavailable_database_is_reported(api: Api, logged: MagicMock) -> None:
    away = Database(lambda: "postgresql://user:hunter2@127.0.0.1:1/minutehand")
    api.replace(open_database, lambda _: away)

    reply = api.call("list_posts")

    assert (reply.status, reply.body["code"], reply.body["details"]) == (500, "database_unavailable", [])
    assert reply.body["requestId"] == REQUEST_ID
    assert "127.0.0.1" not in reply.text
    assert "hunter2" not in reply.text
    assert isinstance(logged.error.call_args.kwargs["exc_info"], psycopg.OperationalError)


def test_a_call_after_a_broken_database_connection_succeeds(database_url: str, clock: FakeClock) -> None:
    db = Database(lambda: as_group(database_url, "reader"))
    api = Api(db, clock)
    api.call("list_posts")
    pid = db.fetch(Query("pid", "SELECT pg_backend_pid() AS pid"))[0]["pid"]
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    assert api.call("list_posts").body["code"] == "database_unavailable"
    assert api.call("list_posts").status == 200
    db.close()


def test_an_internal_error_is_only_logged(api: Api, logged: MagicMock) -> None:
    def broken(_: object) -> Database:
        raise RuntimeError("the secret plan")

    api.replace(open_database, broken)
    reply = api.call("list_posts")

    assert (reply.status, reply.body["code"]) == (500, "internal_error")
    assert reply.body["error"].startswith("An internal error occurred.")
    assert "secret plan" not in reply.text
    assert isinstance(logged.error.call_args.kwargs["exc_info"], RuntimeError)

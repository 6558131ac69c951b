"""The requests of adapters are checked against the platforms' specifications, in every test; see `tests.conftest`."""

from typing import Any

import httpx
import pytest

from local.simulator.specification import Call, Specification
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.port import Account, Content
from minutehand.platforms.x.adapter import X
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.specifications import DOCUMENTS, specification_of

ACCOUNT = Account("c1", "x", "", "@demo", "", {"access_token": "a-token"})
EXAMPLE = Specification(
    {
        "source": {},
        "definitions": {"id": {"type": "string", "pattern": "^[0-9]+$"}, "count": {"type": "integer", "maximum": 9}},
        "operations": {
            "GET /things/{id}": {
                "path": {"properties": {"id": {"$ref": "#/definitions/id"}}},
                "query": {
                    "properties": {
                        "count": {"$ref": "#/definitions/count"},
                        "kinds": {"type": "array", "items": {"enum": ["big", "small"]}},
                        "deep": {"type": "boolean"},
                        "filter": {"type": "object", "required": ["name"]},
                    },
                    "additionalProperties": False,
                },
                "headers": {"required": ["x-version"]},
            },
            "POST /things": {"json": {"required": ["id"], "additionalProperties": False, "properties": {"id": {}}}},
            "POST /forms": {"form": {"properties": {"count": {"type": "integer"}}}},
            "POST /files": {"multipart": {"properties": {"file": {"const": "<file>"}, "part": {"type": "integer"}}}},
            "PUT /raw/{+address}": {"file": {}},
        },
    }
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def call(
    method: str, url: str, body: bytes = b"", content_type: str = "", headers: dict[str, str] | None = None
) -> Call:
    path, _, query = url.partition("?")
    return Call(method, path, query, {"content-type": content_type, "x-version": "1", **(headers or {})}, body)


def files(**fields: Any) -> Call:
    request = httpx.Request(
        "POST", "https://a/files", data=fields.get("data"), files={"file": fields["file"]} if "file" in fields else {}
    )
    return call("POST", "/files", request.read(), request.headers.get("content-type", ""))


@pytest.mark.parametrize(
    "conforming",
    [
        call("GET", "/things/1"),
        call("GET", "/things/1?count=9&kinds=big,small&deep=true"),
        call("GET", '/things/1?filter={"name":"a"}'),
        call("POST", "/things", b'{"id": null}', f"{JSON}; charset=utf-8"),
        call("POST", "/forms", b"count=1&other=x", FORM),
        files(file=b"1", data={"part": "3"}),
        call("PUT", "/raw/a/b/c", b"\x00", "video/mp4"),
    ],
)
def test_conforming_call_has_no_problems(conforming: Call) -> None:
    assert EXAMPLE.problems(conforming) == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (call("GET", "/nothing"), "The specification has no call GET /nothing."),
        (call("DELETE", "/things/1"), "The specification has no call DELETE /things/1."),
        (call("GET", "/things/1/2"), "The specification has no call GET /things/1/2."),
        (call("GET", "/things/a"), "path.id: 'a' does not match '^[0-9]+$'"),
        (call("GET", "/things/1?count=10"), "query.count: 10 is greater than the maximum of 9"),
        (call("GET", "/things/1?count=many"), "query.count: 'many' is not of type 'integer'"),
        (call("GET", "/things/1?count=1&count=2"), "query.count: ['1', '2'] is not of type 'integer'"),
        (call("GET", "/things/1?kinds=big,new"), "query.kinds.1: 'new' is not one of ['big', 'small']"),
        (call("GET", "/things/1?deep=yes"), "query.deep: 'yes' is not of type 'boolean'"),
        (call("GET", "/things/1?filter={}"), "query.filter: 'name' is a required property"),
        (
            call("GET", "/things/1?more=1"),
            "query: Additional properties are not allowed ('more' was unexpected)",
        ),
        (call("GET", "/things/1", b"{}", JSON), "the body is JSON; the specification allows no body"),
        (call("POST", "/things"), "the body is missing; the specification allows JSON"),
        (call("POST", "/things", b"{", JSON), "the body is not valid JSON"),
        (call("POST", "/things", b"id=1", FORM), "the body is a form; the specification allows JSON"),
        (
            call("POST", "/things", b"id", "text/plain"),
            "the body has the content type 'text/plain'; the specification allows JSON",
        ),
        (call("POST", "/things", b"{}", JSON), "json: 'id' is a required property"),
        (
            call("POST", "/things", b'{"id":1,"new":2}', JSON),
            "json: Additional properties are not allowed ('new' was unexpected)",
        ),
        (
            call("POST", "/things?new=1", b'{"id":1}', JSON),
            "query: Additional properties are not allowed ('new' was unexpected)",
        ),
        (call("POST", "/forms", b"count=one", FORM), "form.count: 'one' is not of type 'integer'"),
        (files(file=b"1", data={"part": "x"}), "multipart.part: 'x' is not of type 'integer'"),
    ],
)
def test_call_that_breaks_the_specification_has_a_problem(broken: Call, problem: str) -> None:
    (found,) = EXAMPLE.problems(broken)
    assert found.endswith(problem)


def test_missing_header_is_a_problem() -> None:
    without = Call("GET", "/things/1", "", {}, b"")
    assert EXAMPLE.problems(without) == ["GET /things/{id}: headers: 'x-version' is a required property"]


def test_body_that_is_streamed_is_not_checked() -> None:
    assert EXAMPLE.problems(Call("POST", "/things", "", {}, None)) == []


def test_every_platform_has_a_specification() -> None:
    assert [platform for platform in PLATFORMS if specification_of(platform) is None] == []


@pytest.mark.parametrize("platform", DOCUMENTS)
def test_every_document_names_its_source(platform: str) -> None:
    assert set(Specification.load(platform).source) == {"document", "version", "date", "address"}
    assert platform in PLATFORMS


def test_added_field_of_a_request_is_found(monkeypatch: pytest.MonkeyPatch, broken_specifications: list[str]) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(201, json={"data": {"id": "1"}})))
    build = httpx.Client.build_request

    def with_a_field(self: httpx.Client, *args: Any, json: Any = None, **more: Any) -> httpx.Request:
        return build(self, *args, json={**json, "colour": "red"}, **more)

    monkeypatch.setattr(httpx.Client, "build_request", with_a_field)
    X(client, FakeMedia()).publish(Content("Hi"), ACCOUNT, FakeAttempt())

    assert broken_specifications == [
        "X: POST /2/tweets: json: Additional properties are not allowed ('colour' was unexpected)",
    ]
    broken_specifications.clear()

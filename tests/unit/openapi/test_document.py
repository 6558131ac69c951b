"""The OpenAPI document describes the API as it is."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from local.openapi.document import render
from local.openapi.errors import codes
from local.openapi.operations import Operation, operations, response_type
from local.openapi.reference import BASE, calls, routes
from local.openapi.stored import current_document
from minutehand.events.types import EVENT_TYPES
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response
from tests.support.openapi import check_response, document

POST = BASE + "posts/create"
ERROR = '{"success": false, "error": "No.", "code": "%s", "details": [], "requestId": "1"}'
WITHOUT_EXAMPLE = {"continueToConsent", "showConfirmation", "showLink", "followLink", "exportPosts", "readFeed"}
"""The calls whose successful responses are not JSON."""
JSON = {"content-type": "application/json"}
VERBS = frozenset(
    [
        *(
            "approve",
            "archive",
            "authorize",
            "cancel",
            "change",
            "complete",
            "confirm",
            "connect",
            "continue",
            "control",
        ),
        *("create", "delete", "disconnect", "duplicate", "export", "follow", "get", "list", "read", "receive", "retry"),
        *("revoke", "run", "schedule", "set", "show", "update", "validate"),
    ]
)


def test_stored_document_describes_the_current_code() -> None:
    assert current_document().read_text(encoding="utf-8") == render()


def test_document_has_exactly_the_calls_of_the_template() -> None:
    described = {
        (method.upper(), path.removeprefix(BASE)) for path, methods in document()["paths"].items() for method in methods
    }

    assert described == set(routes())


def test_every_operation_has_a_tag_of_the_document() -> None:
    used = {tag for methods in document()["paths"].values() for call in methods.values() for tag in call["tags"]}

    assert used == {tag["name"] for tag in document()["tags"]}


def test_operation_ids_are_unique() -> None:
    ids = Counter(operation.id for operation in operations())

    assert set(ids.values()) == {1}


@pytest.mark.parametrize("operation_id", [operation.id for operation in operations()])
def test_operation_id_begins_with_a_verb_and_has_an_object(operation_id: str) -> None:
    """Generated clients call their functions by these names: ``client.listPosts()``."""
    verb, *rest = re.findall(r"[A-Z]?[a-z]+", operation_id)

    assert verb in VERBS
    assert rest
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", operation_id)


def test_schema_of_a_field_has_a_name_if_several_schemas_share_it() -> None:
    """Generated clients have one type for each name, and otherwise one type for each place."""
    places: dict[str, list[str]] = {}
    for name, schema in document()["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            for choice in described.get("anyOf", [described]):
                if "enum" in choice or isinstance(choice.get("additionalProperties"), dict):
                    places.setdefault(json.dumps(choice | {"description": ""}, sort_keys=True), []).append(
                        f"{name}.{field}"
                    )

    assert [each for each in places.values() if len(each) > 1] == []


def test_schemas_have_unique_names() -> None:
    """Pydantic adds the module to the names of two types with the same name."""
    assert [name for name in document()["components"]["schemas"] if "__" in name] == []


def test_handler_that_does_not_declare_its_fields_is_refused() -> None:
    def list_posts(_: Request) -> dict[str, Any]:
        return {}

    with pytest.raises(TypeError, match="list_posts must declare that it returns a TypedDict"):
        response_type(list_posts)


def test_response_without_json_has_no_fields() -> None:
    def show_page(_: Request) -> Response: ...  # type: ignore[empty-body]

    assert response_type(show_page) is None


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(418, ERROR % "invalid_input", id="status"),
        pytest.param(400, ERROR % "post_not_found", id="code"),
        pytest.param(400, '{"success": false, "error": "No.", "code": "invalid_input", "details": []}', id="missing"),
        pytest.param(400, (ERROR % "invalid_input").replace("{", '{"more": 1, '), id="additional"),
        pytest.param(400, (ERROR % "invalid_input").replace('"No."', "null"), id="type"),
        pytest.param(201, '{"success": true}', id="body"),
    ],
)
def test_undescribed_response_fails_the_test(status: int, text: str) -> None:
    with pytest.raises(AssertionError, match="POST /api/social/posts/create"):
        check_response("POST", POST, status, JSON, text)


def test_described_response_passes() -> None:
    check_response("POST", POST, 400, JSON, ERROR % "invalid_input")

    assert "invalid_input" in document()["components"]["schemas"]["ErrorCode"]["enum"]


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
def test_examples_are_whole_and_valid(operation: Operation) -> None:
    described = document()["paths"][operation.path][operation.route[0].lower()]
    shown = 0
    for status, response in described["responses"].items():
        for example in examples(response.get("content", {}).get("application/json", {})):
            check_response(operation.route[0], operation.path, int(status), JSON, json.dumps(example))
            shown += 1

    assert shown or operation.id in WITHOUT_EXAMPLE


def test_description_is_complete() -> None:
    """A description does not refer to a table, a list or an example that the document lacks."""
    incomplete = [
        (path, paragraph)
        for path, text in descriptions(document())
        for paragraph, following in pairwise([*re.split(r"\n{2,}", text), ""])
        if (paragraph.endswith(":") and not following.startswith(("| ", "* ", "```")))
        or re.search(r"\b(?:below|above)\b(?! (?:the owner|its own|that of))", paragraph)
    ]

    assert incomplete == []


def test_errors_of_another_call_are_included_where_the_page_refers_to_them() -> None:
    """The page says "The error codes are those of `GET ...`", in these words."""
    referring = 0
    for operation in operations():
        text = " ".join(calls()[operation.route].text.split())
        for method, path, exceptions in re.findall(r"error codes[^.]*?`([A-Z]+) ([a-z/]+)`(?:, except ([^.]*))?", text):
            referring += 1
            excepted, described = set(re.findall(r"`(\w+)`", exceptions)), {code.name for code in codes(operation)}
            assert calls()[method, path].rows("code").keys() - excepted <= described, operation.route
            assert not excepted & described, operation.route
    assert referring >= 2


def test_types_of_events_are_enumerated_and_their_data_described() -> None:
    call = document()["paths"][BASE + "events"]["get"]
    [types] = [parameter for parameter in call["parameters"] if parameter["name"] == "types"]

    assert types["schema"]["items"]["enum"] == list(EVENT_TYPES)
    assert (types["style"], types["explode"]) == ("form", False)
    assert document()["components"]["schemas"]["EventType"]["enum"] == list(EVENT_TYPES)
    assert document()["components"]["schemas"]["Event"]["properties"]["type"] == {
        "$ref": "#/components/schemas/EventType"
    }
    assert "| `connection.expiring` |" in call["description"]
    assert "`platform`, `handle`, `expiresAt` |" in call["description"]


def descriptions(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each description in the document, with its path."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ()):
        if name == "description" and isinstance(value, str):
            yield path, value
        else:
            yield from descriptions(value, f"{path}/{name}")


def examples(content: dict[str, Any]) -> list[Any]:
    several = [each["value"] for each in content.get("examples", {}).values()]
    return [*several, content["example"]] if "example" in content else several

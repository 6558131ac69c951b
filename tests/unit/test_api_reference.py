"""docs/api.md matches the code: the calls, their fields and limits, the error codes and the examples."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from local.openapi.operations import forms
from local.openapi.reference import POST_FIELDS, Request, Route, Section, calls, routes, sections
from minutehand.connections.forms import PlatformChoice
from minutehand.connections.rendering import connection as account
from minutehand.connections.store import Connection
from minutehand.events.rendering import event
from minutehand.events.types import EVENT_TYPES
from minutehand.media.rendering import media_item
from minutehand.operations.rendering.jobs import job
from minutehand.posts import publications, rendering
from minutehand.posts.forms.get import INCLUDABLE
from minutehand.queue.job_state import JobState
from minutehand.queue.jobs import Job
from tests.support.error_codes import api_codes, gateway_codes, platform_codes
from tests.support.platforms_page import overview

ROUTES = sorted(routes())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIELD, CODE = "field", "code"
PLATFORM = re.compile(r"a platform|\[platforms\]\(#platforms\)")
"""The type of a field whose values, and their number, are those of the table in docs/platforms.md."""
PLATFORMS_PAGE = ", ".join([*(f"`{platform}`" for platform in overview()), str(len(overview()))])
BEYOND = 2_147_483_647
"""The capacity of a database column, which is not a limit that people have to know."""


def test_exactly_the_calls_of_the_template_are_described() -> None:
    assert sorted(calls()) == ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_described_fields_are_the_accepted_fields(route: Route) -> None:
    taken = {name for form in forms()[route] for name in fields(form)}

    assert set(described(calls()[route])) == taken


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_described_limits_and_choices_match_the_forms(route: Route) -> None:
    rows = described(calls()[route])
    for form in forms()[route]:
        for name, schema in fields(form).items():
            kind = rows[name][0].replace(",", "")
            listed = PLATFORMS_PAGE if PLATFORM.search(kind) else kind
            for said in limits(schema):
                assert said in listed, f"{name}: {said} is missing in {rows[name][0]!r}"


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_required_fields_are_marked_as_required(route: Route) -> None:
    said = {name for name, row in calls()[route].rows(FIELD).items() if row[1] == "required"}
    required = [
        {field.alias or name for name, field in form.model_fields.items() if field.is_required()}
        for form in forms()[route]
    ]

    if len(required) == 1:
        assert said == required[0]
    else:  # each form lacks the fields of the others
        assert all(said <= names for names in required)


def test_described_error_codes_are_the_possible_ones() -> None:
    said = {(code, int(row[0])) for section in sections().values() for code, row in section.rows(CODE).items()}

    assert said == api_codes() | platform_codes() | gateway_codes()


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_examples_are_valid_requests(route: Route) -> None:
    examples = [request for request in calls()[route].requests() if request.route == route]
    if route[0] != "PUT":  # the page shows it as PATCH
        assert examples
    for request in examples:
        assert accepted(request, forms()[route])


def test_each_example_belongs_to_its_call() -> None:
    astray = [
        (section.heading, request.route)
        for section in sections().values()
        for request in section.requests()
        if request.route not in section.routes
    ]

    assert astray == []


def test_example_responses_are_json_with_a_success_field() -> None:
    for section in calls().values():
        for text in section.blocks("json"):
            assert json.loads(text)["success"] is True, section.heading


def test_described_post_has_the_rendered_fields() -> None:
    shown = set(rendering.post(Row(connection_ids=[])))

    assert set(sections()[POST_FIELDS].rows(FIELD)) | set(sections()["A post in a response"].rows(FIELD)) == shown
    for section in calls().values():
        for text in section.blocks("json"):
            answer = json.loads(text)
            for post in [answer.get("post", {}), *answer.get("posts", [])]:
                assert set(post) <= shown


def test_described_publication_has_the_rendered_fields() -> None:
    section = sections()["Publications"]
    shown = set(publications.publication(Row(part=1)))

    assert set(section.rows(FIELD)) == shown
    for publication in json.loads(section.blocks("json")[0]):
        assert set(publication) <= shown


def test_examples_have_the_rendered_fields() -> None:
    nothing = Row(scheduled_at=NOW, posted_at=NOW, created_at=NOW, data={})
    shown = {
        "connection": account(Connection(*[None] * len(Connection._fields)), NOW),  # type: ignore[arg-type]
        "media": media_item(nothing),
        "job": {
            **rendering.job(Job(UUID(int=0), UUID(int=0), NOW, (), "delayed")),
            **job(nothing, [], "delayed", NOW, attempts=3),
        },
        "history": rendering.event(nothing),
        "events": event(nothing),
    }
    shown |= {"connections": shown["connection"], "jobs": shown["job"]}

    seen = set()
    for section in calls().values():
        for text in section.blocks("json"):
            for name, value in json.loads(text).items():
                if name in shown:
                    seen.add(name)
                    for item in value if isinstance(value, list) else [value]:
                        assert set(item) <= set(shown[name]), f"{name} in {section.heading}"
    assert seen == set(shown)


def test_allowed_names_are_complete() -> None:
    included = calls()["GET", "posts/get"].rows(FIELD)["include"][2]
    states = calls()["GET", "queue/jobs"].rows(FIELD)["state"][0]
    events = calls()["GET", "events"].rows("type")

    assert all(f"`{name}`" in included for name in INCLUDABLE)
    assert all(f"`{name}`" in states for name in JobState.__value__.__args__)
    assert list(events) == list(EVENT_TYPES)


class Row(dict[str, Any]):
    """A row in which every column is NULL."""

    def __missing__(self, key: str) -> None:
        return None


def described(section: Section) -> dict[str, list[str]]:
    """Return the table rows of a section's fields, its own or those of the post that it refers to."""
    anchor = "#" + POST_FIELDS.lower().replace(" ", "-")
    common = sections()[POST_FIELDS].rows(FIELD) if anchor in section.text else {}
    return common | section.rows(FIELD)


def fields(form: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of each field of a form by its name in the API."""
    schema: dict[str, Any] = form.model_json_schema(by_alias=True)
    definitions = schema.get("$defs", {})
    return {name: _resolved(each, definitions) for name, each in schema.get("properties", {}).items()}


def limits(schema: Any) -> list[str]:
    """Return the limits of a field as numbers, and its choices as names."""
    said = [f"`{choice}`" for choice in schema.get("enum", []) if isinstance(choice, str)]
    names = ("maxLength", "maximum", "maxItems")
    said += [str(schema[name]) for name in names if schema.get(name, BEYOND) != BEYOND]
    return said + [each for choice in schema.get("anyOf", []) for each in limits(choice)]


def accepted(request: Request, candidates: list[type[BaseModel]]) -> bool:
    """Return whether one of the forms accepts the example's query and body, which is JSON or an HTML form."""
    body = request.body or "{}"
    given = request.query | (json.loads(body) if body.startswith("{") else dict(parse_qsl(body)))
    if not candidates:
        return not given
    for form in candidates:
        if form is PlatformChoice:  # the other fields belong to other forms
            continue
        try:
            form.model_validate(given)
        except ValidationError:
            continue
        return True
    return False


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return schema | {"anyOf": [_resolved(each, definitions) for each in schema.get("anyOf", [])]}

"""Every number in a query or a body has limits, which are checked before the number is used or converted."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from local.settings import ROOT
from minutehand.media.forms import NewMediaItem
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for
from minutehand.posts.forms.bulk import BulkRequest
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.request import Request

DOMAIN = ROOT / "layers" / "domain"
MODULES = sorted(
    ".".join(path.relative_to(DOMAIN).with_suffix("").parts)
    for path in (DOMAIN / "minutehand").rglob("*.py")
    if path.stem == "forms" or path.parent.name == "forms" or path.stem in {"form", "page_query"}
)
QUERY = ["0000000500", "00000000100000000", "000000001" + "0" * 20, "000000001" + "0" * 5_000, "9" * 400, "-1", "+1"]
QUERY += ["", " 1", "1 ", "1.0", "1e3", "0x1", "1_0", "\u0661", "NaN"]
TOO_LOW = "too low"
"""Stands for a number below the minimum of the field, because a distance may be negative."""
BODY = ["2147483648", "9223372036854775808", "1" + "0" * 4_000, TOO_LOW, "1.5", "1e308", "true", '"1"']
UNREADABLE = ["1" + "0" * 5_000, "1e999", "NaN", "Infinity"]
OTHER_FIELDS: dict[type[BaseModel], dict[str, object]] = {
    NewMediaItem: {"filename": "kiln.jpg", "contentType": "image/jpeg"},
    BulkRequest: {"action": "shift"},
}
"""The fields without which a form does not look at its number."""


def forms() -> Iterator[type[BaseModel]]:
    for name in MODULES:
        for form in vars(import_module(name)).values():
            if isinstance(form, type) and issubclass(form, BaseModel) and form.__module__ == name:
                yield form


def is_number(annotation: object) -> bool:
    return annotation is int or any(map(is_number, get_args(annotation)))


FIELDS = [(form, name) for form in forms() for name, field in form.model_fields.items() if is_number(field.annotation)]
IN_QUERY = PageQuery.model_fields["take"].metadata[0]
"""The validator that marks a number in a query."""
QUERIES = [(form, name) for form, name in FIELDS if IN_QUERY in form.model_fields[name].metadata]
BODIES = [each for each in FIELDS if each not in QUERIES]


def refused_fields(form: type[BaseModel], request: dict[str, Any]) -> set[object]:
    with pytest.raises(InvalidInput) as refused:
        Request(request).form(form)
    return {detail["field"] for detail in refused.value.details}


def alias(form: type[BaseModel], name: str) -> str:
    return form.model_fields[name].alias or name


def too_low(form: type[BaseModel], name: str) -> str:
    minimums = [each.ge for each in form.model_fields[name].metadata if hasattr(each, "ge")]
    return str(min(0, *minimums) - 1) if minimums else "-1"


def test_forms_with_numbers_are_found() -> None:
    found = {form.__name__ for form, _ in QUERIES}, {form.__name__ for form, _ in BODIES}

    assert found[0] >= {"PageQuery", "PostQuery", "JobsQuery"}
    assert found[1] >= {"NewPost", "PostChanges", "Decision", "ArchiveRequest", "QueueAction", "SchedulerAction"}


@pytest.mark.parametrize(("form", "name"), QUERIES)
@pytest.mark.parametrize("written", QUERY)
def test_number_beyond_its_limits_in_a_query_is_refused(form: type[BaseModel], name: str, written: str) -> None:
    query = {alias(form, name): written}

    assert alias(form, name) in refused_fields(form, {"httpMethod": "GET", "queryStringParameters": query})


@pytest.mark.parametrize(("form", "name"), BODIES)
@pytest.mark.parametrize("written", BODY)
def test_number_beyond_its_limits_in_a_body_is_refused(form: type[BaseModel], name: str, written: str) -> None:
    others = "".join(f', "{other}": "{value}"' for other, value in OTHER_FIELDS.get(form, {}).items())
    number = too_low(form, name) if written == TOO_LOW else written
    body = f'{{"{alias(form, name)}": {number}{others}}}'

    assert alias(form, name) in refused_fields(form, {"httpMethod": "POST", "body": body})


@pytest.mark.parametrize("written", UNREADABLE)
def test_number_that_cannot_be_stored_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Request({"httpMethod": "POST", "body": f'{{"platformOptions": {{"x": {{"a": [{written}]}}}}}}'}).json()

    assert refused.value.code == "invalid_json"


@pytest.mark.parametrize("number", [10**4_000, -(10**4_000), 2**63, 1e308, -1e308, 5e-324])
@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_options_may_be_any_number(platform: str, number: float) -> None:
    rulebook = rulebook_for(platform)

    for option in rulebook.options:
        for value in (number, [number], {"a": number}):
            problems = rulebook.problems(Content("x", options={option: value}))
            assert all(isinstance(problem, str) and problem for problem in problems)

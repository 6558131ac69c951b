"""Compares responses of the API with the OpenAPI document, which must describe each field of each response."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from local.openapi.stored import current_document

_URI = "urn:openapi"
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@_FORMATS.checks("uuid", raises=ValueError)
def _is_id(value: object) -> bool:
    return not isinstance(value, str) or str(UUID(value)) == value


@cache
def document() -> dict[str, Any]:
    """Return the document of the current code."""
    found: dict[str, Any] = json.loads(current_document().read_text(encoding="utf-8"))
    return found


def check_response(method: str, path: str, status: int, headers: Mapping[str, str], text: str) -> None:
    """Check that the document describes the response to a call.

    Raises:
        AssertionError: the document does not have the status, the error code, a field or its value.
    """
    call = f"{method} {path}"
    described = document()["paths"].get(path, {}).get(method.lower())
    if described is None:  # no such call: the response is an error
        _validate(f"{call} {status}", "/components/schemas/Error", json.loads(text))
        return
    assert str(status) in described["responses"], f"{call} has no response {status}: {text}"
    response = described["responses"][str(status)]
    content_type = headers["content-type"].partition(";")[0]
    if "content" in response:
        assert content_type in response["content"], f"{call} {status} has no content of the type {content_type}"
    if content_type != "application/json":
        return
    body = json.loads(text)
    if status >= 400:
        assert body["code"] in response["x-error-codes"], f"{call} {status} has no error code {body['code']}"
    where = f"/paths/{path.replace('/', '~1')}/{method.lower()}/responses/{status}/content/application~1json/schema"
    _validate(f"{call} {status}", where, body)


def _validate(what: str, where: str, body: object) -> None:
    problems = [f"{error.json_path}: {error.message}" for error in _validator(where).iter_errors(body)]
    assert not problems, f"{what} is not as the OpenAPI document describes it: {'; '.join(problems)}"


@cache
def _validator(where: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{_URI}#{where}"}, registry=_registry(), format_checker=_FORMATS)


@cache
def _registry() -> Registry[Any]:
    resource = DRAFT202012.create_resource(_closed(document()))
    registry: Registry[Any] = Registry().with_resource(_URI, resource)
    return registry


def _closed(schema: Any) -> Any:
    """Return the document with schemas that permit only the described fields."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed

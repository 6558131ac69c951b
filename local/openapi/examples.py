"""The examples of docs/api.md, for the OpenAPI document.

The page shortens its responses: it omits fields that are null, empty or repeated. The document contains whole
responses, so this module adds the missing fields. The value of a missing field comes from another example of the same
object. Otherwise, the value is null, empty, from an example of another object of the same kind, or a constant.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.openapi.operations import Operation
from local.openapi.reference import calls
from local.openapi.schemas import PREFIX, Schema, resolve

_RESPONSE = re.compile(r"^([1-5][0-9][0-9]):\n\n```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLES = {
    "uuid": "7ae22b00-b0da-4315-b362-6d822febcdcc",
    "date-time": "2026-11-24T06:20:13.160Z",
    "date": "2026-11-24",
}


class Examples:
    """The examples of the page, completed with the fields that they omit."""

    def __init__(
        self, operations: list[Operation], definitions: dict[str, Schema], bodies: Mapping[str, Schema]
    ) -> None:
        """Collect the known values of fields. ``bodies``: the schemas of responses, keyed by the operation's id."""
        self._definitions = definitions
        self._bodies = bodies
        self._known: dict[tuple[str, str], Any] = {}
        for operation in operations:
            for _, body in _responses(operation):
                if operation.id in bodies:
                    self._remember(body, bodies[operation.id])

    def responses(self, operation: Operation) -> dict[str, list[Any]]:
        """Return the examples of the operation's responses, keyed by status."""
        found: dict[str, list[Any]] = {}
        for status, body in _responses(operation):
            if operation.id in self._bodies:
                found.setdefault(status, []).append(self._whole(body, self._bodies[operation.id]))
        return found

    def _remember(self, value: Any, schema: Schema) -> None:
        schema, name = self._resolved(schema, value)
        if isinstance(value, list):
            for each in value:
                self._remember(each, schema.get("items", {}))
        elif isinstance(value, dict):
            for field, given in value.items():
                self._known[name, field] = given
                if "id" in value:
                    self._known[str(value["id"]), field] = given
                self._remember(given, schema.get("properties", {}).get(field, {}))

    def _whole(self, value: Any, schema: Schema) -> Any:
        schema, name = self._resolved(schema, value)
        if isinstance(value, list):
            return [self._whole(each, schema.get("items", {})) for each in value]
        if not isinstance(value, dict):
            return value
        whole = {}
        for field, described in schema.get("properties", {}).items():
            if field in value:
                whole[field] = self._whole(value[field], described)
            elif field in schema.get("required", []):
                whole[field] = self._missing(described, (str(value.get("id")), field), (name, field))
        return whole | {field: given for field, given in value.items() if field not in whole}

    def _missing(self, schema: Schema, *keys: tuple[str, str]) -> Any:
        of_object, of_kind = keys
        if of_object in self._known:
            return self._whole(self._known[of_object], schema)
        schema = resolve(schema, self._definitions)
        if {"type": "null"} in schema.get("anyOf", []):
            return None
        if "const" in schema:
            return schema["const"]
        if (empty := {"array": [], "object": {}, "boolean": False}.get(schema.get("type", ""))) is not None:
            return empty
        if of_kind in self._known:
            return self._known[of_kind]
        return schema.get(
            "enum", [0 if schema["type"] in ("integer", "number") else _EXAMPLES.get(schema.get("format", ""), "")]
        )[0]

    def _resolved(self, schema: Schema, value: Any) -> tuple[Schema, str]:
        """Return the schema that describes ``value``, with the name of the schema."""
        name = schema.get("$ref", "").removeprefix(PREFIX)
        schema = resolve(schema, self._definitions)
        for alternative in schema.get("anyOf", []):
            found = resolve(alternative, self._definitions)
            if _fits(value, found):
                return self._resolved(alternative, value)
        return schema, name


def request_examples(operation: Operation) -> list[Any]:
    """Return the bodies of the example requests."""
    bodies = [request.body for request in calls()[operation.route].requests() if request.route == operation.route]
    return [json.loads(body) if body.startswith("{") else dict(parse_qsl(body)) for body in bodies if body]


def _responses(operation: Operation) -> Iterator[tuple[str, Any]]:
    for status, text in _RESPONSE.findall(calls()[operation.route].text):
        yield status, json.loads(text)


def _fits(value: Any, schema: Schema) -> bool:
    """Return whether ``value`` may be an example of ``schema``."""
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return schema.get("type") == "object" and (not known or set(value) <= set(known))
    return schema.get("type") == (
        "array" if isinstance(value, list) else "null" if value is None else schema.get("type")
    )

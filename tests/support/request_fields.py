"""The fields of each call, as the OpenAPI document describes them, with values for the required ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.openapi.reference import BASE, routes
from tests.support.openapi import document

SAMPLES: Mapping[str, Any] = {
    "accessToken": "an-access-token",
    "appPassword": "abcd-efgh-ijkl-mnop",
    "code": "a-code",
    "content": "The kiln is warm.",
    "contentType": "image/png",
    "filename": "kiln.png",
    "from": "2026-03-02",
    "identifier": "ben.example",
    "instance": "https://social.example",
    "link": "a-link",
    "name": "Import",
    "platforms": ["bluesky"],
    "sizeBytes": 8,
    "state": "a-state",
    "to": "2026-03-03",
    "token": "a-token",
}
"""Valid values of required fields. The schemas determine those of the others."""

type Path = tuple[str, ...]
"""The names of the fields that contain a field, and its own. ``[]`` is an item of a list, ``*`` a platform."""


@dataclass(frozen=True)
class Field:
    """A field of a body or a query that has no fields of its own.

    ``containers``: the schema of the object that contains each name in ``path``.
    """

    call: str
    place: str
    path: Path
    schema: Mapping[str, Any]
    containers: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """The name of the field, without the markers of lists and platforms."""
        return [each for each in self.path if each not in ("[]", "*")][-1]

    @property
    def is_id(self) -> bool:
        return self.schema.get("format") == "uuid"

    @property
    def is_free(self) -> bool:
        """Whether the field takes any text or any object, so that the text may be an id."""
        kinds = {"string", "object"}
        limited = "enum" in self.schema or "const" in self.schema or "format" in self.schema
        return not limited and (self.schema.get("type") in kinds or not self.schema)

    def body(self, value: object, own: Mapping[str, object]) -> dict[str, Any]:
        """Return the required fields, and ``value`` in this field. ``own``: see `required`."""
        found = value
        for name, container in zip(reversed(self.path), reversed(self.containers), strict=True):
            if name == "[]":
                found = [found]
            else:
                found = required(self.call, container, own) | {"bluesky" if name == "*" else name: found}
        assert isinstance(found, dict)
        return found


def required(call: str, schema: Mapping[str, Any], own: Mapping[str, object]) -> dict[str, Any]:
    """Return valid values of the required fields of an object. ``own``: the values of required fields by name."""
    properties = schema.get("properties", {})
    return {name: sample_for(call, name, resolved(properties[name]), own) for name in schema.get("required", [])}


def sample_for(call: str, name: str, schema: Mapping[str, Any], own: Mapping[str, object]) -> Any:
    """Return a valid value of a field."""
    if name in own or name in SAMPLES:
        return own.get(name, SAMPLES.get(name))
    match schema:
        case {"const": value} | {"enum": [value, *_]}:
            return value
        case {"type": "boolean"}:
            return True
        case {"type": "array", "items": items}:
            return [sample_for(call, name, resolved(items), own)]
        case {"properties": _}:
            return required(call, schema, own)
    raise AssertionError(f"{call} requires {name}. Add a valid value of {name} to SAMPLES in {__name__}.")


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema to which a reference leads, without the permission to be null."""
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        [choice] = [each for each in schema["anyOf"] if each.get("type") != "null"]
        return resolved(choice)
    return schema


def calls() -> list[str]:
    """Return every call of the template, such as ``GET posts/list``, except those that serve static files."""
    return sorted(f"{method} {path}" for method, path in routes() if BASE + path in document()["paths"])


def operation(call: str) -> Mapping[str, Any]:
    """Return the description of a call in the document."""
    method, path = call.split(" ")
    described: Mapping[str, Any] = document()["paths"][BASE + path][method.lower()]
    return described


def is_idempotent(call: str) -> bool:
    return {"$ref": "#/components/parameters/IdempotencyKey"} in operation(call)["parameters"]


def forms(call: str) -> list[Mapping[str, Any]]:
    """Return the schemas of the possible bodies of a call."""
    [schema] = [each["schema"] for each in operation(call).get("requestBody", {"content": {}})["content"].values()] or [
        {"properties": {}}
    ]
    form = resolved(schema)
    return [resolved(each) for each in form["oneOf"]] if "oneOf" in form else [form]


def parameters(call: str) -> Mapping[str, Any]:
    """Return the schema of the query of a call."""
    given = [each for each in operation(call)["parameters"] if "$ref" not in each]
    return {
        "properties": {each["name"]: each["schema"] for each in given},
        "required": [each["name"] for each in given if each.get("required")],
    }


def fields(call: str) -> list[Field]:
    """Return the fields of the query and of the possible bodies of a call, each once."""
    found: dict[tuple[str, Path], Field] = {}
    for place, form in [("query", parameters(call)), *(("body", each) for each in forms(call))]:
        for path, containers, schema in _leaves(form, (), ()):
            found.setdefault((place, path), Field(call, place, path, schema, containers))
    return list(found.values())


type Leaf = tuple[Path, tuple[Mapping[str, Any], ...], Mapping[str, Any]]


def _leaves(schema: Mapping[str, Any], path: Path, containers: tuple[Mapping[str, Any], ...]) -> Iterator[Leaf]:
    schema = resolved(schema)
    more = resolved(schema["additionalProperties"]) if isinstance(schema.get("additionalProperties"), dict) else {}
    if "properties" in schema:
        for name, each in schema["properties"].items():
            yield from _leaves(each, (*path, name), (*containers, schema))
    elif schema.get("type") == "array":
        yield from _leaves(schema["items"], (*path, "[]"), (*containers, {}))
    elif "properties" in more:
        yield from _leaves(more, (*path, "*"), (*containers, {}))
    else:
        yield path, containers, schema

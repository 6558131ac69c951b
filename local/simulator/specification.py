"""Checks calls against the specification of a platform's API.

A specification is a JSON document in `specifications`. ``source`` names the source of the facts. ``operations`` has an
entry for each call, such as ``GET /2/users/{id}/tweets``; a parameter ``{+name}`` of the path may contain slashes. An
entry has a JSON Schema for each part of the call that may be present: ``path``, ``query``, ``headers`` (with names in
lower case), and ``json``, ``form`` or ``multipart`` for the body. An entry with ``file`` accepts any bytes as the body.
Schemas may refer to ``#/definitions/<name>``.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from starlette.requests import Request

from local.simulator import multipart

FOLDER = Path(__file__).parent / "specifications"
BODY_TYPES = {
    "application/json": "json",
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "multipart",
}
BODY_NAMES = {"json": "JSON", "form": "a form", "multipart": "a multipart form"}
"""The types of bodies, as problems name them."""
PARAMETER = re.compile(r"\\{(?P<plus>\\\+)?(?P<name>\w+)\\}")
"""A parameter of a path, after `re.escape`."""
FILE = "<file>"
"""The value of a file in a form."""

type Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the platform receives it. ``path`` is relative to the platform's host, and not decoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """The headers, with names in lower case."""
    body: bytes | None
    """The body, or None if it is too large to be checked."""


class Specification:
    """The specification of one platform's API."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Read ``document``, a JSON document as described in the docstring of this module."""
        self.source: Mapping[str, str] = document["source"]
        self._definitions: Mapping[str, Schema] = document.get("definitions", {})
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}
        self._operations = [Operation(name, parts) for name, parts in document["operations"].items()]

    @classmethod
    def load(cls, platform: str) -> Self:
        """Return the specification in the document of ``platform``.

        Raises:
            FileNotFoundError: there is no such document.
        """
        return cls(json.loads((FOLDER / f"{platform}.json").read_text()))

    async def problem_in(self, request: Request) -> str | None:
        """Return the first problem of a request to the simulator, or None if the request has no problem.

        Also return None if the specification does not contain the call. The simulator has a few such calls, which no
        adapter makes.
        """
        path = request.scope["raw_path"].decode()
        headers = dict(request.headers)
        # The path in the simulator begins with the name of the platform.
        call = Call(request.method, "/" + path.split("/", 2)[2], request.url.query, headers, await request.body())
        if not any(operation.match(call) is not None for operation in self._operations):
            return None
        return next(iter(self.problems(call)), None)

    def problems(self, call: Call) -> list[str]:
        """Return a sentence for each rule of the specification that ``call`` breaks."""
        for operation in self._operations:
            if (found := operation.match(call)) is not None:
                return [f"{operation.name}: {problem}" for problem in self._in_operation(call, operation, found)]
        return [f"The specification has no call {call.method} {call.path}."]

    def _in_operation(self, call: Call, operation: "Operation", path: Mapping[str, str]) -> Iterator[str]:
        parts = operation.parts
        yield from self._broken(operation, "path", parts.get("path", {}), path)
        query = parts.get("query", {"additionalProperties": False})
        yield from self._broken(
            operation, "query", query, self._typed(parse_qsl(call.query, keep_blank_values=True), query)
        )
        yield from self._broken(operation, "headers", parts.get("headers", {}), dict(call.headers))
        if call.body is None or "file" in parts:
            return
        given = BODY_TYPES.get(call.headers.get("content-type", "").partition(";")[0], "") if call.body else ""
        schema = parts.get(given)
        if schema is None:
            accepted = " or ".join(name for part, name in BODY_NAMES.items() if part in parts)
            if given or call.body or accepted:
                yield f"{_described(call, given)}; the specification allows {accepted or 'no body'}"
            return
        match given:
            case "json":
                try:
                    yield from self._broken(operation, given, schema, json.loads(call.body))
                except ValueError:
                    yield "the body is not valid JSON"
            case "form":
                pairs = parse_qsl(call.body.decode(), keep_blank_values=True)
                yield from self._broken(operation, given, schema, self._typed(pairs, schema))
            case "multipart":
                fields = multipart.parse(call.headers["content-type"], call.body)
                pairs = [
                    (name, FILE if part.filename is not None else part.content.decode())
                    for name, part in fields.items()
                ]
                yield from self._broken(operation, given, schema, self._typed(pairs, schema))

    def _broken(self, operation: "Operation", part: str, schema: Schema, value: Any) -> Iterator[str]:
        # A validator remembers the targets of references, so each part of an operation keeps its validator.
        validator = self._validators.get((operation.name, part))
        if validator is None:
            validator = Draft202012Validator({**schema, "definitions": self._definitions})
            self._validators[operation.name, part] = validator
        for error in validator.iter_errors(value):
            yield f"{'.'.join([part, *map(str, error.absolute_path)])}: {error.message}"

    def _typed(self, pairs: Sequence[tuple[str, str]], schema: Schema) -> dict[str, Any]:
        """Return the fields of a query or a form, with values of the types in ``schema``."""
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        return {name: self._value(values, schema.get("properties", {}).get(name, {})) for name, values in given.items()}

    def _value(self, values: list[str], schema: Schema) -> Any:
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].rpartition("/")[2]]
        kind, value = schema.get("type"), values[0]
        if kind == "array":
            return [entry for text in values for entry in text.split(",")]
        if len(values) > 1:
            return values
        if kind in ("object", "boolean") or (kind in ("integer", "number") and re.fullmatch(r"-?[0-9.]+", value)):
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value


def _described(call: Call, given: str) -> str:
    if given:
        return f"the body is {BODY_NAMES[given]}"
    if not call.body:
        return "the body is missing"
    return f"the body has the content type {call.headers.get('content-type', '')!r}"


class Operation:
    """One call of a specification."""

    def __init__(self, name: str, parts: Mapping[str, Any]) -> None:
        """Create an operation. ``name``: the method and the path, such as ``POST /2/tweets``."""
        self.name, self.parts = name, parts
        self._method, _, path = name.partition(" ")
        self._path = re.compile(PARAMETER.sub(_group, re.escape(path)))

    def match(self, call: Call) -> Mapping[str, str] | None:
        """Return the parameters in the path of ``call``, or None if ``call`` is not a call of this operation."""
        if call.method != self._method or (found := self._path.fullmatch(call.path)) is None:
            return None
        return found.groupdict()


def _group(parameter: re.Match[str]) -> str:
    return f"(?P<{parameter['name']}>{'.*' if parameter['plus'] else '[^/]+'})"

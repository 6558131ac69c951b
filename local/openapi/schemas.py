"""JSON Schemas of forms and responses, from pydantic, with the names that the OpenAPI document uses."""

from collections.abc import Iterator, Sequence
from types import GenericAlias
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

PREFIX = "#/components/schemas/"
_LIMITS = {"ge": "minimum", "le": "maximum"}
"""The standard names of limits to which pydantic gives other names if one of our validators runs before them."""
_CONFIG = ConfigDict(use_attribute_docstrings=True)

type Schema = dict[str, Any]


class _Generator(GenerateJsonSchema):
    """Generates schemas in which fields have no titles, because generators of clients name types after titles."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 defined by pydantic
        return False


def generate(types: Sequence[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """Return the schema of each type, and the named schemas to which these schemas refer."""
    # pydantic accepts no configuration for a TypedDict, but applies the configuration of a list to the TypedDict in it.
    adapters: list[TypeAdapter[Any]] = [TypeAdapter(GenericAlias(list, each), config=_CONFIG) for each in types]
    inputs: list[tuple[int, Literal["validation"], TypeAdapter[Any]]] = [
        (index, "validation", adapter) for index, adapter in enumerate(adapters)
    ]
    found, rest = TypeAdapter.json_schemas(
        inputs, by_alias=True, ref_template=f"{PREFIX}{{model}}", schema_generator=_Generator
    )
    named: dict[str, Schema] = {}
    definitions = {name: _tidy(schema, named, name) for name, schema in rest.get("$defs", {}).items()}
    schemas = [_tidy(found[index, "validation"]["items"], named) for index in range(len(types))]
    return schemas, definitions | named


def reference(name: str) -> Schema:
    """Return a reference to the schema called ``name``."""
    return {"$ref": PREFIX + name}


def resolve(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Return the schema to which ``schema`` refers, or ``schema`` itself."""
    return definitions[schema["$ref"].removeprefix(PREFIX)] if "$ref" in schema else schema


def references(schema: Any) -> Iterator[str]:
    """Yield the names of the schemas to which ``schema`` refers."""
    if isinstance(schema, dict):
        if isinstance(target := schema.get("$ref"), str):
            yield target.removeprefix(PREFIX)
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def used(roots: Any, definitions: dict[str, Schema]) -> dict[str, Schema]:
    """Return the definitions to which ``roots`` refers, directly or indirectly, sorted by name."""
    found: set[str] = set()
    pending = list(references(roots))
    while pending:
        name = pending.pop()
        if name not in found and name in definitions:
            found.add(name)
            pending += references(definitions[name])
    return {name: definitions[name] for name in sorted(found)}


def _tidy(schema: Any, named: dict[str, Schema], name: str | None = None) -> Any:
    """Return ``schema`` with the standard names of limits, without titles, and with descriptions in Markdown.

    ``named`` collects the enums that have a title. A reference replaces each of these enums, unless its title is
    ``name``.
    """
    if isinstance(schema, list):
        return [_tidy(each, named) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidy: Schema = {_LIMITS.get(key) or key: _tidy(value, named) for key, value in schema.items()}
    title = tidy.pop("title", None) if isinstance(tidy.get("title"), str) else None
    if title is not None and "enum" in tidy:
        named[title] = tidy
        return reference(title) if title != name else tidy
    if isinstance(description := tidy.get("description"), str):
        tidy["description"] = " ".join(description.replace("``", "`").split())
    return tidy

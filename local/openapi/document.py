"""Assembles the OpenAPI document from the operations, the schemas and the texts of docs/api.md."""

import json
from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_pascal

from local.openapi.components import DESCRIPTION, HEADERS, IDEMPOTENCY_KEY, SECURITY_SCHEMES, SERVERS, TAGS
from local.openapi.error_body import Error
from local.openapi.errors import error_responses, every_code
from local.openapi.examples import Examples, request_examples
from local.openapi.operations import Operation, operations
from local.openapi.reference import POST_FIELDS, Section, calls, plain, sections
from local.openapi.schemas import Schema, generate, reference, resolve, used
from local.openapi.special_cases import CONTENT_TYPES, HTML_FORMS
from minutehand.platforms.catalog import CONNECTORS
from minutehand.platforms.connectors import connector_for
from minutehand.posts.forms.post import PostFields

FIELD = "field"
_DESCRIBED = {
    "Post": (POST_FIELDS, "A post in a response"),
    "Publication": ("Publications",),
    "Connection": ("Connections",),
}
"""The sections whose tables describe the fields of these schemas."""
_SECURITY: list[Mapping[str, list[str]]] = [
    {"bearer": []},
    {"bearer": [], "owner": []},
    {"user": []},
    {"user": [], "owner": [], "roles": []},
]


def build() -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    found = operations()
    types: list[Any] = [form for operation in found for form in operation.forms]
    types += [operation.response for operation in found if operation.response is not None]
    types += [PostFields, Error]
    schemas, definitions = generate(types)
    of_type = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    bodies = {
        operation.id: _successful(operation.response_name, of_type[id(operation.response)], definitions)
        for operation in found
        if operation.response is not None
    }
    _complete(definitions, resolve(of_type[id(PostFields)], definitions), found)
    examples = Examples(found, definitions, bodies)
    paths: dict[str, Any] = defaultdict(dict)
    for operation in found:
        described = _operation(operation, of_type, definitions, bodies, examples)
        paths[operation.path][operation.route[0].lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Minutehand",
            "version": "1",
            "summary": "Schedules and publishes posts on social media.",
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": SERVERS,
        "security": _SECURITY,
        "tags": [{"name": name} for name in TAGS],
        "paths": paths,
        "components": {
            "schemas": used([paths, reference("Error")], definitions),
            "headers": HEADERS,
            "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def render() -> str:
    """Return the document as JSON text."""
    return json.dumps(build(), ensure_ascii=False, indent=1) + "\n"


def _complete(definitions: dict[str, Schema], post_fields: Schema, found: list[Operation]) -> None:
    """Add to ``definitions`` the fields of a post, descriptions and the error codes, which pydantic does not know."""
    post, fields = definitions["Post"], _without_defaults(post_fields["properties"])
    post["properties"] = {"id": post["properties"]["id"]} | fields | post["properties"]
    definitions["Variant"]["properties"] = _without_defaults(definitions["Variant"]["properties"])
    post["required"] = sorted(post["properties"])
    for name, headings in _DESCRIBED.items():
        rows = {field: row for heading in headings for field, row in sections()[heading].rows(FIELD).items()}
        _describe(definitions[name]["properties"], rows)
    for operation in found:
        response = definitions.get(operation.response_name, {})
        _describe(response.get("properties", {}), calls()[operation.route].rows("result"))
    definitions["ErrorCode"] = {"type": "string", "enum": sorted(every_code())}
    code = definitions["Error"]["properties"]["code"]
    definitions["Error"]["properties"]["code"] = reference("ErrorCode") | {"description": code["description"]}


def _operation(
    operation: Operation,
    of_type: dict[int, Schema],
    definitions: dict[str, Schema],
    bodies: dict[str, Schema],
    examples: Examples,
) -> Schema:
    section = calls()[operation.route]
    described: Schema = {
        "operationId": operation.id,
        "tags": [operation.route[1].partition("/")[0]],
        "summary": operation.handler.replace("_", " ").capitalize(),
        "description": section.prose,
        "parameters": [],
        "responses": _successes(operation, bodies, examples.responses(operation)) | error_responses(operation),
    }
    if not operation.needs_identity:
        described["security"] = []
    rows = _rows(section)
    forms = [_form(form, resolve(of_type[id(form)], definitions), rows, operation.route[0]) for form in operation.forms]
    if operation.route[0] == "GET":
        described["parameters"] = _parameters(forms)
    elif forms:
        described["requestBody"] = _body(operation, forms, definitions)
    if operation.is_idempotent:
        described["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    return described


def _rows(section: Section) -> dict[str, list[str]]:
    """Return the rows about the fields of a call. Include the rows about the fields of a post if the section refers to
    them.
    """
    anchor = "#" + POST_FIELDS.lower().replace(" ", "-")
    common = sections()[POST_FIELDS].rows(FIELD) if anchor in section.text else {}
    return common | section.rows(FIELD)


def _form(form: type[BaseModel], schema: Schema, rows: Mapping[str, list[str]], method: str) -> Schema:
    """Return the schema of a form, with the descriptions and the defaults that the page states for this call.

    Only query parameters have ``default``, because generated types require a body field that has a default.
    """
    own = deepcopy(schema)
    own.pop("description", None)
    own["required"] = _required(form)
    for name, field in own["properties"].items():
        if method != "GET" or not _is_stated(field.get("default"), rows.get(name, [])):
            field.pop("default", None)
    _describe(own["properties"], rows)
    if method not in ("PATCH", "PUT"):  # PATCH and PUT leave missing fields unchanged
        for name, field in own["properties"].items():
            field["description"] = f"{field['description']} {_default(rows[name][1])}".strip()
    if not own["required"]:
        del own["required"]
    return own


def _required(form: type[BaseModel]) -> list[str]:
    """Return the fields whose absence is an error."""
    try:
        form.model_validate({})
    except ValidationError as error:
        return sorted({str(problem["loc"][0]) for problem in error.errors()})
    return []


def _default(stated: str) -> str:
    """Return the sentence about the default of a field. ``stated``: the cell in the column *default* of docs/api.md."""
    if stated in ("", "required"):
        return ""
    return f"{stated[0].upper()}{stated[1:]}." if stated.startswith("required") else f"Default: {plain(stated)}."


def _is_stated(default: Any, row: list[str]) -> bool:
    """Return whether the page states this default of a field."""
    stated = row[1].strip("`").replace(",", "") if len(row) > 1 else ""
    return stated in (json.dumps(default), str(default))


def _describe(properties: dict[str, Schema], rows: Mapping[str, list[str]]) -> None:
    for name, field in properties.items():
        if name in rows:
            field["description"] = plain(rows[name][-1])


def _without_defaults(properties: dict[str, Schema]) -> dict[str, Schema]:
    return {
        name: {key: value for key, value in field.items() if key != "default"} for name, field in properties.items()
    }


def _parameters(forms: list[Schema]) -> list[Schema]:
    """Return the query parameters of the forms. A parameter is required if each form requires it."""
    found: dict[str, Schema] = {}
    for form in forms:
        for name, field in form["properties"].items():
            schema = _not_null({key: value for key, value in field.items() if key != "description"})
            required = all(name in each.get("required", []) for each in forms)
            found[name] = {"name": name, "in": "query", "schema": schema}
            found[name] |= {"required": True} if required else {}
            # Commas separate the entries of a list, as in ``types=post.created,post.deleted``.
            found[name] |= {"style": "form", "explode": False} if schema.get("type") == "array" else {}
            found[name] |= {"description": field["description"]} if "description" in field else {}
    return list(found.values())


def _not_null(schema: Schema) -> Schema:
    """Return the schema of a query parameter, which cannot be null but can be absent."""
    if "anyOf" not in schema:
        return schema
    alternative: Schema
    [alternative] = [each for each in schema["anyOf"] if each != {"type": "null"}]
    return alternative | {key: value for key, value in schema.items() if key not in ("anyOf", "default")}


def _body(operation: Operation, forms: list[Schema], definitions: dict[str, Schema]) -> Schema:
    name = f"{to_pascal(operation.handler)}Request"
    if len(forms) == 1:
        definitions[name] = forms[0]
    else:
        names = [form.__name__ for form in operation.forms]
        definitions |= dict(zip(names, forms, strict=True))
        definitions[name] = {"oneOf": [reference(each) for each in names]}
        if operation.handler == "connect_account":
            _discriminate(definitions, name)
    content_type = "application/x-www-form-urlencoded" if operation.handler in HTML_FORMS else "application/json"
    content = {"schema": reference(name)} | _examples(request_examples(operation))
    return {"required": True, "content": {content_type: content}}


def _discriminate(definitions: dict[str, Schema], name: str) -> None:
    """Make the field ``platform`` the discriminator between the forms of the credentials."""
    forms = {platform: connector_for(platform).form.__name__ for platform in CONNECTORS}
    for platform, form in forms.items():
        definitions[form]["properties"]["platform"] |= {"const": platform}
    mapping = {platform: reference(form)["$ref"] for platform, form in forms.items()}
    definitions[name]["discriminator"] = {"propertyName": "platform", "mapping": mapping}


def _successful(name: str, schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Define the body of a successful response: the fields that a handler returns, and ``success``.

    If the handler returns one of several types, each type gets the field ``success``.
    """
    fields = resolve(schema, definitions)
    if "anyOf" in fields:
        for alternative in fields["anyOf"]:
            resolve(alternative, definitions).update(_with_success(resolve(alternative, definitions)))
        definitions[name] = fields
    else:
        definitions[name] = _with_success(fields)
    return reference(name)


def _with_success(fields: Schema) -> Schema:
    properties = {"success": {"type": "boolean", "const": True}} | fields["properties"]
    required = [*dict.fromkeys(["success", *fields.get("required", [])])]
    return deepcopy(fields | {"properties": properties, "required": required})


def _successes(operation: Operation, bodies: dict[str, Schema], examples: dict[str, list[Any]]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for status in map(str, operation.statuses):
        found[status] = {"description": operation.summary, "headers": _success_headers(operation)}
        content: dict[str, Schema] = {}
        # A redirect has no body.
        content_types = () if status == "303" else CONTENT_TYPES.get(operation.id, ("application/json",))
        for content_type in content_types:
            if content_type == "application/json":
                shown = _examples(examples.get(status, []))
                content[content_type] = {"schema": bodies[operation.id]} | shown
            else:
                content[content_type] = {"schema": {"type": "string"}}
        found[status] |= {"content": content} if content else {}
    return found


def _examples(values: list[Any]) -> Schema:
    if len(values) < 2:
        return {"example": values[0]} if values else {}
    return {"examples": {str(number): {"value": value} for number, value in enumerate(values, start=1)}}


def _success_headers(operation: Operation) -> Schema:
    names = {"x-request-id": "RequestId"}
    if operation.route[0] != "GET" and operation.needs_identity:
        names |= {"ratelimit": "RateLimit", "ratelimit-policy": "RateLimitPolicy"}
    if operation.is_idempotent:
        names["idempotent-replayed"] = "IdempotentReplayed"
    return {name: {"$ref": f"#/components/headers/{component}"} for name, component in names.items()}

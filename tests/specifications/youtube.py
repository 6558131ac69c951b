"""The specification of the YouTube Data API: Google's discovery document, from the package google-api-python-client."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from local.simulator.specification import Specification

OAUTH: dict[str, Any] = {
    "POST /token": {
        "form": {
            "required": ["grant_type", "client_id", "client_secret"],
            "oneOf": [
                {
                    "required": ["code", "redirect_uri", "code_verifier"],
                    "properties": {"grant_type": {"const": "authorization_code"}},
                },
                {"required": ["refresh_token"], "properties": {"grant_type": {"const": "refresh_token"}}},
            ],
        }
    },
    "POST /revoke": {"form": {"required": ["token"]}},
}
"""The calls to Google's authorization server, which the document does not describe. Source: OAuth 2.0 for Web Server
Applications, 2026."""
SESSION: dict[str, Any] = {
    "PUT /upload/youtube/v3/videos": {
        "query": {"required": ["upload_id"]},
        "headers": {
            "required": ["content-range"],
            "properties": {"content-range": {"pattern": r"^bytes (\*|[0-9]+-[0-9]+)/[0-9]+$"}},
        },
        "file": {},
    }
}
"""The calls to an upload session, whose address Google chooses. Source: Resumable Uploads, 2026."""
UPLOAD_PARAMETERS: dict[str, Any] = {"uploadType": {"enum": ["media", "multipart", "resumable"]}}


def _document() -> dict[str, Any]:
    path = files("googleapiclient") / "discovery_cache" / "documents" / "youtube.v3.json"
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def _specification(discovery: Mapping[str, Any]) -> Specification:
    operations: dict[str, Any] = {
        name: parts for method in _methods(discovery) for name, parts in _calls(method, discovery)
    }
    return Specification(
        {
            "source": {"document": "YouTube Data API discovery document", "version": discovery["revision"]},
            "definitions": {name: _closed(schema) for name, schema in discovery["schemas"].items()},
            "operations": operations | SESSION | OAUTH,
        }
    )


def _methods(container: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for resource in container.get("resources", {}).values():
        yield from resource.get("methods", {}).values()
        yield from _methods(resource)


def _calls(method: Mapping[str, Any], discovery: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    parameters = {**discovery["parameters"], **method.get("parameters", {})}
    query: dict[str, Any] = {
        "properties": {name: _parameter(schema) for name, schema in parameters.items()},
        "required": [name for name, schema in parameters.items() if schema.get("required")],
        "additionalProperties": False,
    }
    body = {"json": {"$ref": f"#/definitions/{method['request']['$ref']}"}} if "request" in method else {}
    yield f"{method['httpMethod']} /{method['flatPath']}", {"query": query, **body}
    if upload := method.get("mediaUpload"):
        query = {**query, "properties": {**query["properties"], **UPLOAD_PARAMETERS}}
        path = upload["protocols"]["simple"]["path"]
        yield f"{method['httpMethod']} {path}", {"query": query, **(body or {"file": {}})}


def _parameter(schema: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: schema[name] for name in ("type", "enum", "pattern") if name in schema}
    if schema.get("repeated"):
        return {"type": "array", "items": known}
    bounds = {name: int(schema[name]) for name in ("minimum", "maximum") if name in schema}
    return known | bounds


def _closed(schema: Any) -> Any:
    """Return a schema of the document as JSON Schema. Google refuses unknown fields of an object."""
    if isinstance(schema, list):
        return [_closed(entry) for entry in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {name: _closed(value) for name, value in schema.items() if name not in ("id", "description", "required")}
    if "$ref" in closed:
        return {"$ref": f"#/definitions/{closed['$ref']}"}
    if schema.get("type") == "object" and "properties" in schema:
        closed["properties"] = {name: _closed(value) for name, value in schema["properties"].items()}
        closed["additionalProperties"] = False
    return closed


problems = _specification(_document()).problems

"""Which error codes the API can answer, and with which status: read from its source, not from what is said about it."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local import template
from local.settings import ROOT
from minutehand.platforms.validation import BROKEN_RULE
from minutehand.runtime import errors

CODE = ROOT / "layers" / "domain" / "minutehand"
OF_THE_API = [
    *("runtime", "posts", "media", "operations", "accounts"),
    *("connections/store.py", "queue/jobs.py"),
]
"""What runs while somebody waits for an answer."""
OF_PLATFORMS = [
    *("platforms/connecting.py", "platforms/exchange.py", "platforms/oauth2"),
    *("platforms/*/connecting.py", "platforms/*/oauth.py"),
]
"""What accounts are connected with."""
AFTERWARDS = frozenset(["reconnect_required", "revocation_refused"])
"""What these say of accounts that are connected already, to whoever refreshes or revokes their tokens."""
OUR_FAULT = frozenset(["client_refused"])
CONSTANTS = {"BROKEN_RULE": BROKEN_RULE}
BAD_REQUEST, CONFLICT, TOO_MANY = 400, 409, 429

type Raised = set[tuple[str, int]]
"""Codes with their statuses."""

_CLASSES: dict[str, type[errors.DomainError]] = {
    name: found
    for name, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, errors.DomainError) and found is not errors.DomainError
}


def by_the_api() -> Raised:
    """Return what our own code refuses with, and what it answers to errors of its own."""
    found: Raised = set()
    for node in _nodes(OF_THE_API):
        if isinstance(node, ast.Call):
            found |= _of_call(node)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in _CLASSES:
            found.add((_CLASSES[node.exc.id].default_code, _CLASSES[node.exc.id].status))
    return found


def by_platforms() -> Raised:
    """Return what becomes of the errors of platforms while accounts are connected."""
    statuses = {"Rejected": BAD_REQUEST, "Transient": CONFLICT, "RateLimited": TOO_MANY}
    found: Raised = set()
    for node in _nodes(OF_PLATFORMS):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in statuses:
            code = _text(node.args[0])
            if code is not None and code not in AFTERWARDS:
                found.add((code, CONFLICT if code in OUR_FAULT else statuses[node.func.id]))
    return found


def by_the_gateway() -> Raised:
    """Return what API Gateway answers by itself; a status that the template leaves to it counts as 400."""
    responses: dict[str, Any] = template.load()["Resources"]["Api"]["Properties"]["GatewayResponses"]
    found: Raised = set()
    for response in responses.values():
        body = response["ResponseTemplates"]["application/json"]
        code = body.split('"code":"')[1].split('"')[0]
        if code != "internal_error":  # as our own code says, with several statuses
            found.add((code, response.get("StatusCode", BAD_REQUEST)))
    return found


def _nodes(places: list[str]) -> Iterator[ast.AST]:
    for place in places:
        for path in sorted(CODE.glob(place)):
            for file in [path] if path.suffix == ".py" else sorted(path.rglob("*.py")):
                yield from ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))


def _of_call(call: ast.Call) -> Raised:
    match call.func:
        case ast.Name(id="invalid"):
            name = "InvalidInput"
        case ast.Name(id=name):
            pass
        case ast.Attribute(attr="_failure"):
            return _of_failure(call)
        case _:
            return set()
    if name not in _CLASSES:
        return set()
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
    code = _CLASSES[name].default_code if given is None else _text(given)
    return {(code, _CLASSES[name].status)} if code else set()


def _of_failure(call: ast.Call) -> Raised:
    status, _, code = call.args[:3]
    if isinstance(status, ast.Constant) and isinstance(status.value, int) and (text := _text(code)):
        return {(text, status.value)}
    return set()


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return CONSTANTS.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

"""The error codes that the API can return, with their statuses, read from its source code."""

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
API_MODULES = [
    *("runtime", "posts", "media", "operations", "oauth", "events", "tokens", "feeds"),
    *(
        "connections/choices.py",
        "connections/connect.py",
        "connections/forms.py",
        "connections/reference.py",
        "connections/store.py",
    ),
    *("queue/confirmation.py", "queue/errors.py", "queue/jobs.py"),
]
"""The code that runs during an API request."""
PLATFORM_MODULES = [
    *("platforms/connectors.py", "platforms/exchange.py", "platforms/oauth2"),
    *("platforms/*/connector.py", "platforms/*/oauth.py"),
]
"""The code that connects accounts."""
NOT_WHEN_CONNECTING = frozenset(["reconnect_required", "revocation_refused"])
"""Codes in these modules that occur only when the token of a connected account is refreshed or revoked."""
CLIENT_ERRORS = frozenset(["client_refused"])
CONSTANTS = {"BROKEN_RULE": BROKEN_RULE}
BAD_REQUEST, CONFLICT, TOO_MANY = 400, 409, 429

type ErrorCodes = set[tuple[str, int]]
"""Codes with their statuses."""

_CLASSES: dict[str, type[errors.DomainError]] = {
    name: found
    for name, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, errors.DomainError) and found is not errors.DomainError
}


def api_codes() -> ErrorCodes:
    """Return the error codes of our own code."""
    found: ErrorCodes = set()
    for node in _nodes(API_MODULES):
        if isinstance(node, ast.Call):
            found |= _of_call(node)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in _CLASSES:
            found.add((_CLASSES[node.exc.id].default_code, _CLASSES[node.exc.id].status))
    return found


def platform_codes() -> ErrorCodes:
    """Return the error codes that result from platform errors when an account is connected."""
    statuses = {"Rejected": BAD_REQUEST, "Transient": CONFLICT, "RateLimited": TOO_MANY}
    found: ErrorCodes = set()
    for node in _nodes(PLATFORM_MODULES):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in statuses:
            code = _text(node.args[0])
            if code is not None and code not in NOT_WHEN_CONNECTING:
                found.add((code, CONFLICT if code in CLIENT_ERRORS else statuses[node.func.id]))
    return found


def gateway_codes() -> ErrorCodes:
    """Return the error codes of API Gateway itself; a status that the template does not set counts as 400."""
    responses: dict[str, Any] = template.load()["Resources"]["Api"]["Properties"]["GatewayResponses"]
    found: ErrorCodes = set()
    for response in responses.values():
        body = response["ResponseTemplates"]["application/json"]
        code = body.split('"code":"')[1].split('"')[0]
        if code != "internal_error":  # our own code returns it too, with several statuses
            found.add((code, response.get("StatusCode", BAD_REQUEST)))
    return found


def _nodes(places: list[str]) -> Iterator[ast.AST]:
    for place in places:
        for path in sorted(CODE.glob(place)):
            for file in [path] if path.suffix == ".py" else sorted(path.rglob("*.py")):
                yield from ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))


def _of_call(call: ast.Call) -> ErrorCodes:
    match call.func:
        case ast.Name(id="invalid"):
            name = "InvalidInput"
        case ast.Name(id=name):
            pass
        case ast.Attribute(attr="_failure") if len(call.args) > 2:
            return _of_failure(call)
        case _:
            return set()
    if name not in _CLASSES:
        return set()
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
    code = _CLASSES[name].default_code if given is None else _text(given)
    return {(code, _CLASSES[name].status)} if code else set()


def _of_failure(call: ast.Call) -> ErrorCodes:
    status, _, code = call.args[:3]
    if isinstance(status, ast.Constant) and isinstance(status.value, int) and (text := _text(code)):
        return {(text, status.value)}
    return set()


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return CONSTANTS.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

"""The operations of the API: for each call, the handler, its forms and the type of its response."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, get_args, get_origin, is_typeddict

from pydantic import BaseModel
from pydantic.alias_generators import to_camel, to_pascal

from local.openapi.reference import BASE, Route, routes
from local.openapi.special_cases import STATUSES
from minutehand.connections.forms import PlatformChoice
from minutehand.platforms.catalog import CONNECTORS
from minutehand.platforms.connectors import connector_for
from minutehand.runtime.api_function import Route as Registration
from minutehand.runtime.permissions import Permission
from minutehand.runtime.response import Response


@dataclass(frozen=True)
class Operation:
    """One method of one path. ``handler``: the name of the Python function, which determines the names in the document.

    ``forms``: the models with which the handler reads the query or the body. ``response``: the type of the fields of
    successful responses, without ``success``, or None if they are not JSON. ``statuses``: the statuses of successful
    responses.
    """

    route: Route
    handler: str
    summary: str
    forms: tuple[type[BaseModel], ...]
    response: Any
    statuses: tuple[int, ...]
    is_idempotent: bool
    permission: Permission | None
    is_alias: bool

    @property
    def needs_identity(self) -> bool:
        """Whether the call requires authentication."""
        return self.permission is not None

    @property
    def response_name(self) -> str:
        """The name of the schema of the response's body."""
        return f"{to_pascal(self.handler)}Response"

    @property
    def path(self) -> str:
        """The path, without the stage."""
        return BASE + self.route[1]

    @property
    def id(self) -> str:
        """The operationId, such as ``listPosts``. For a handler's second method: ``updatePostByPut``."""
        return to_camel(self.handler) + (f"By{self.route[0].capitalize()}" if self.is_alias else "")


def operations() -> list[Operation]:
    """Return the operations in the order of their paths."""
    return [_operation(route, function) for route, function in sorted(routes().items(), key=lambda item: item[0][::-1])]


def permissions() -> dict[str, Permission | None]:
    """Return the permission that each call requires, keyed by method and path: ``GET posts/list``."""
    return {" ".join(operation.route): operation.permission for operation in operations()}


@cache
def forms() -> dict[Route, list[type[BaseModel]]]:
    """Return the forms of each call: the models with which its function validates the body or the query."""
    found: dict[Route, list[type[BaseModel]]] = {}
    for route, function in routes().items():
        app, functions = _source(function)
        found[route] = [
            form
            for handler in functions.values()
            for registration in _registrations(handler, route[0])
            for step in (handler, *(functions[name] for name in _names_of_prepare(registration)))
            for form in _forms_in(step, app)
        ]
    found["POST", "connections"] += [PlatformChoice, *(connector_for(name).form for name in CONNECTORS)]
    return found


def response_type(handler: Callable[..., Any]) -> Any:
    """Return the type of the fields that ``handler`` returns, as its annotation declares, or None if they are not JSON.

    Raises:
        TypeError: the annotation does not name the fields.
    """
    declared = inspect.signature(handler).return_annotation
    if declared is Response:
        return None
    if get_origin(declared) is Response:
        [declared] = get_args(declared)
    types = get_args(getattr(declared, "__value__", declared)) or (declared,)
    if not all(is_typeddict(each) for each in types):
        raise TypeError(f"{handler.__name__} must declare that it returns a TypedDict or a Response of a TypedDict.")
    return declared


def _operation(route: Route, function: str) -> Operation:
    app, _ = _source(function)
    registered: Registration = app.function.routes[route[0]]
    handler = registered.handler
    name = handler.__name__
    methods = [method for method, other in app.function.routes.items() if other.handler is handler]
    candidates = [form for form in forms()[route] if form is not PlatformChoice]
    return Operation(
        route,
        name,
        (inspect.getdoc(handler) or "").partition("\n")[0],
        tuple(candidates),
        response_type(handler),
        STATUSES.get(to_camel(name), (registered.status,)),
        registered.idempotent is not None,
        registered.permission,
        route[0] != methods[0],
    )


@cache
def _source(function: str) -> tuple[ModuleType, dict[str, ast.FunctionDef]]:
    app = importlib.import_module(f"functions.{function}.app")
    parsed = ast.parse(inspect.getsource(app))
    return app, {node.name: node for node in parsed.body if isinstance(node, ast.FunctionDef)}


def _registrations(handler: ast.FunctionDef, method: str) -> Iterator[ast.Call]:
    """Yield the decorators that register ``handler`` for ``method``."""
    for decorator in handler.decorator_list:
        if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "function.on":
            continue
        if ast.literal_eval(decorator.args[0]) == method:
            yield decorator


def _names_of_prepare(registration: ast.Call) -> list[str]:
    return [
        keyword.value.id
        for keyword in registration.keywords
        if keyword.arg == "prepare" and isinstance(keyword.value, ast.Name)
    ]


def _forms_in(function: ast.FunctionDef, app: ModuleType) -> list[type[BaseModel]]:
    """Return the forms of ``function``: the pydantic models that it passes as the first argument of a call."""
    names = [
        node.args[0].id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name)
    ]
    values = [getattr(app, name, None) for name in names]
    return [value for value in values if isinstance(value, type) and issubclass(value, BaseModel)]

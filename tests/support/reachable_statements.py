"""Finds the SQL statements that a function may run, by reading the code.

The search begins with the module of the function's handler. It follows every name to the function, class or value that
the name refers to. A method is reached if its class is reached and an attribute of the method's name is used.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from minutehand.runtime import sql
from tests.support.cold_start import start
from tests.support.prose import ROOT
from tests.support.statements import DOMAIN

IDEMPOTENCY = "minutehand.runtime.idempotency"
RATE_LIMIT = "minutehand.runtime.rate_limit"
"""Every function of the API imports both modules, but only some functions use them."""
type _Target = tuple[str, str]
"""A module and the name of a function, a class, a method (``Class.method``) or a value in it."""


@dataclass
class _Node:
    """A function, a class without its methods, a method or a value: what its code refers to and runs."""

    targets: set[_Target] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)
    methods: dict[str, _Target] = field(default_factory=dict)


@cache
def reachable(function: str, without: frozenset[_Target] = frozenset()) -> frozenset[str]:
    """Return the names of the statements that the Lambda function may run, such as ``posts.find``.

    ``without``: functions and methods that it does not call, each with its module.
    """
    routes = getattr(start(function).function, "routes", {})
    unused = set()
    if all(route.idempotent is None for route in routes.values()):
        unused.add(IDEMPOTENCY)
    if routes.keys() <= {"GET"}:
        unused.add(RATE_LIMIT)
    nodes = _nodes() | _read(f"functions.{function}.app")
    live = {target for target in nodes if target[0] == f"functions.{function}.app"}
    attributes: set[str] = set()
    while True:
        reached = [nodes[target] for target in live]
        attributes = {name for node in reached for name in node.attributes}
        found = {target for node in reached for target in node.targets}
        found |= {
            target
            for node in reached
            for name, target in node.methods.items()
            if name in attributes or name.startswith("__")
        }
        found = {each for each in found - without if each in nodes and each[0] not in unused}
        if found <= live:
            return frozenset(name for node in reached for name in node.statements)
        live |= found


@cache
def _nodes() -> dict[_Target, _Node]:
    nodes: dict[_Target, _Node] = {}
    for path in sorted(DOMAIN.rglob("*.py")):
        if "versions" not in path.parts:
            nodes |= _read(".".join(path.relative_to(DOMAIN.parent).with_suffix("").parts))
    return nodes


@cache
def _read(module: str) -> dict[_Target, _Node]:
    """Return the nodes of a module."""
    root = ROOT if module.startswith("functions.") else DOMAIN.parent
    path = root.joinpath(*module.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reader = _Module(module, tree)
    nodes: dict[_Target, _Node] = {}
    for statement in tree.body:
        for name, part in _definitions(statement):
            if not isinstance(part, ast.ClassDef):
                nodes[module, name] = reader.node([part])
                continue
            methods = {each.name: each for each in part.body if isinstance(each, ast.FunctionDef)}
            rest = [each for each in part.body if each not in methods.values()]
            nodes[module, name] = reader.node([*rest, *part.bases, *part.decorator_list])
            for method, body in methods.items():
                nodes[module, f"{name}.{method}"] = reader.node([body])
                nodes[module, name].methods[method] = (module, f"{name}.{method}")
    return nodes


def _definitions(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, statement
        case ast.Assign(targets=targets):
            for each in targets:
                for target in ast.walk(each):
                    if isinstance(target, ast.Name):
                        yield target.id, statement
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.TypeAlias(name=ast.Name(id=name)):
            yield name, statement


class _Module:
    """The names that a module defines or imports, anywhere in its code."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self._module = module
        self._modules: dict[str, str] = {}
        self._names: dict[str, _Target] = {}
        self._queries: dict[str, str] = {}
        self._external: set[str] = set()
        self._texts: set[Any] = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(module=str(source)):
                    for alias in node.names:
                        self._add_import(source, alias.name, alias.asname or alias.name)
                case ast.Import():
                    self._external |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        for statement in tree.body:
            for name, part in _definitions(statement):
                self._names[name] = (module, name)
                if isinstance(part, ast.Assign) and ast.unparse(part.value) == "sql.load(__package__)":
                    self._queries[name] = module.split(".")[1]

    def _add_import(self, source: str, name: str, local: str) -> None:
        if not source.startswith("minutehand"):
            self._external.add(local)
        elif DOMAIN.parent.joinpath(*source.split("."), f"{name}.py").exists():
            self._modules[local] = f"{source}.{name}"
        else:
            self._names[local] = (source, name)

    def node(self, parts: list[ast.stmt | ast.expr]) -> _Node:
        node = _Node()
        for each in (each for part in parts for each in ast.walk(part)):
            match each:
                case ast.Name(id=name) if name in self._names:
                    node.targets.add(self._names[name])
                case ast.Attribute(value=ast.Name(id=base), attr=name) if base in self._modules:
                    node.targets.add((self._modules[base], name))
                case ast.Attribute(value=ast.Name(id=base)) if base in self._external:
                    pass
                case ast.Attribute(attr=name):
                    node.attributes.add(name)
                case ast.Subscript(value=ast.Name(id=base), slice=key) if base in self._queries:
                    node.statements |= self._statements(self._queries[base], key, parts)
        return node

    def _statements(self, feature: str, key: ast.expr, parts: list[ast.stmt | ast.expr]) -> set[str]:
        """Return the statements that ``key`` may name: a text, the beginning of a text, or any text in the code."""
        known = sql.load(f"minutehand.{feature}")
        found: set[str]
        match key:
            case ast.Constant(value=str(name)):
                found = {name}
            case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
                found = {name for name in known if name.startswith(beginning)}
            case _:
                found = self._texts & known.keys()
        return {f"{feature}.{name}" for name in found}

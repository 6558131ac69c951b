"""Finds the objects that the simulator's modules define under a given name."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def find_attributes(package: str, name: str) -> tuple[tuple[str, Any], ...]:
    """Return the modules in ``package`` that have the attribute ``name``: the name of each module, and the value of the
    attribute.
    """
    names = [module.name for module in iter_modules(import_module(package).__path__) if module.name != "__main__"]
    modules = [(each, import_module(f"{package}.{each}")) for each in names]
    return tuple((each, getattr(module, name)) for each, module in modules if hasattr(module, name))

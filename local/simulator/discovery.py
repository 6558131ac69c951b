"""The parts of the simulator that each platform adds, found by the name that its module gives them."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def find_attributes(package: str, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the attribute ``name`` of each module of ``package`` that has it, with the name of the module."""
    for module in iter_modules(import_module(package).__path__):
        if module.name != "__main__" and hasattr(found := import_module(f"{package}.{module.name}"), name):
            yield module.name, getattr(found, name)

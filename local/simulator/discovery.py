"""Find the objects of the simulator that each platform's module defines under a given name."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def find_attributes(package: str, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the name of each module in ``package`` that has the attribute ``name``, and the attribute."""
    for module in iter_modules(import_module(package).__path__):
        if module.name != "__main__" and hasattr(found := import_module(f"{package}.{module.name}"), name):
            yield module.name, getattr(found, name)

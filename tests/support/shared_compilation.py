"""The bytecode of the tests in a new clone: each module is compiled by one worker of pytest-xdist, not by all.

All workers collect the same files in the same order. Each worker would compile every module, because the other workers
compile the module at the same time.
"""

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import pytest


def import_tests(config: pytest.Config) -> None:
    """Import all tests in a worker that runs all tests. Each worker begins with a different share of the modules.

    When a worker reaches the share of another worker, the modules of that share have bytecode.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None or config.args != config.getini("testpaths"):
        return
    number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    for module in rotated(modules_of_tests(config), number, count):
        with suppress(Exception, pytest.skip.Exception):  # pytest imports the module again, and reports the error
            import_module(module)


def modules_of_tests(config: pytest.Config) -> list[str]:
    """Return the names of the modules of all tests, in alphabetical order."""
    root = config.rootpath
    excluded = [root / name for name in config.getini("norecursedirs") if "/" in name]
    files = sorted(path for folder in config.getini("testpaths") for path in (root / folder).rglob("test_*.py"))
    return [
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in files
        if not any(map(path.is_relative_to, excluded))
    ]


def rotated[T](items: Sequence[T], number: int, count: int) -> list[T]:
    """Return ``items``, beginning with the share of the worker ``number``. The first of ``count`` workers is 0."""
    begin = len(items) * number // count
    return [*items[begin:], *items[:begin]]

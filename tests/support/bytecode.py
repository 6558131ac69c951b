"""The bytecode of modules, as Python writes it to files: https://peps.python.org/pep-0552/."""

import marshal
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType

HEADER_SIZE = 16
UNCHECKED_HASH = (0b01).to_bytes(4, "little")


def is_unchecked(module: Path) -> bool:
    """Return whether a module has bytecode of this Python version that Python never compares with the module."""
    bytecode = Path(cache_from_source(str(module)))
    if not bytecode.is_file():
        return False
    with bytecode.open("rb") as file:
        return file.read(8) == MAGIC_NUMBER + UNCHECKED_HASH


def code(module: Path) -> CodeType:
    """Return the compiled code of a module."""
    compiled: CodeType = marshal.loads(Path(cache_from_source(str(module))).read_bytes()[HEADER_SIZE:])
    return compiled

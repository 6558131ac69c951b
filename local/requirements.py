"""Writes the layer's and the functions' requirements files from uv.lock: python -m local.requirements [--check].

Each requirement has the hashes of the lock file. Because of the hashes, pip refuses a file that differs from the locked
one, and a package that the requirements do not list (https://pip.pypa.io/en/stable/topics/secure-installs/).
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from local.settings import ROOT
from local.virtualenvs import uv

LAYER = ROOT / "layers" / "dependencies" / "requirements.txt"
FUNCTIONS = {
    "migrator": ROOT / "functions" / "migrator" / "requirements.txt",
    "authorizer": ROOT / "functions" / "authorizer" / "requirements.txt",
}
_HEADING = "# Generated from uv.lock by `make lock`. Do not edit.\n"
_START_OF_REQUIREMENT = re.compile(r"^(?=\S)", re.MULTILINE)


def render() -> dict[Path, str]:
    """Return the expected content of each requirements file.

    A function's file omits the packages of the layer, except those on which another package in the file depends. pip
    installs these packages too, and requires their hashes.
    """
    layer = _exported("layer")
    files = {LAYER: layer}
    for group, path in FUNCTIONS.items():
        exported = _exported(group)
        needed = _with_dependencies(exported.keys() - layer.keys())
        files[path] = {name: text for name, text in exported.items() if name in needed}
    return {path: _HEADING + "".join(requirements.values()) for path, requirements in files.items()}


def outdated() -> list[Path]:
    """Return the files that do not match uv.lock."""
    return [path for path, text in render().items() if not path.is_file() or path.read_text() != text]


def _exported(group: str) -> dict[str, str]:
    """Return the requirements of a dependency group with their hashes, keyed by package."""
    done = subprocess.run(
        [uv(), "export", "--locked", "--only-group", group, "--no-header", "--no-annotate", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    requirements = [text for text in _START_OF_REQUIREMENT.split(done.stdout) if text]
    return {text.partition("==")[0]: text for text in requirements}


def _with_dependencies(names: Iterable[str]) -> set[str]:
    """Return these packages and the packages that they depend on, without the dependencies of extras."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    dependencies = {
        package["name"]: {dependency["name"] for dependency in package.get("dependencies", [])} for package in packages
    }
    found: set[str] = set()
    new = set(names)
    while new:
        found |= new
        new = {dependency for name in new for dependency in dependencies[name]} - found
    return found


def main(arguments: list[str]) -> int:
    """Write the files or, with ``--check``, list the outdated ones. Return the exit status."""
    if arguments == ["--check"]:
        paths = [str(path.relative_to(ROOT)) for path in outdated()]
        if paths:
            print(f"These files do not match uv.lock: {', '.join(paths)}. Run `make lock`.", file=sys.stderr)
        return 1 if paths else 0
    for path, text in render().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Write the layer's and the functions' requirements files from uv.lock: python -m local.requirements [--check]."""

import subprocess
import sys
from pathlib import Path

from local.settings import ROOT
from local.virtualenvs import uv

LAYER = ROOT / "layers" / "dependencies" / "requirements.txt"
FUNCTIONS = {
    "migrator": ROOT / "functions" / "migrator" / "requirements.txt",
    "authorizer": ROOT / "functions" / "authorizer" / "requirements.txt",
}
_HEADING = "# Generated from uv.lock by `make lock`. Do not edit.\n"


def render() -> dict[Path, str]:
    """Return the expected content of each requirements file.

    A function's file omits the packages of the layer, so that no package is deployed or imported twice.
    """
    layer = _exported("layer")
    layer_names = {_name(line) for line in layer}
    files = {LAYER: layer}
    for group, path in FUNCTIONS.items():
        files[path] = [line for line in _exported(group) if _name(line) not in layer_names]
    return {path: _HEADING + "".join(f"{line}\n" for line in lines) for path, lines in files.items()}


def outdated() -> list[Path]:
    """Return the files that do not match uv.lock."""
    return [path for path, text in render().items() if not path.is_file() or path.read_text() != text]


def _exported(group: str) -> list[str]:
    done = subprocess.run(
        [uv(), "export", "--locked", "--only-group", group, "--no-hashes", "--no-header", "--no-annotate", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if line]


def _name(line: str) -> str:
    return line.partition("==")[0]


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

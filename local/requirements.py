"""Writes the requirements files of the layer and of functions from uv.lock: python -m local.requirements [--check]."""

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
_HEADING = "# From uv.lock, by `make lock`. Do not edit.\n"


def rendered() -> dict[Path, str]:
    """Return what each requirements file should hold.

    A function's file leaves out what the layer brings, so that nothing is shipped or imported twice.
    """
    layer = _exported("layer")
    names = {_name(line) for line in layer}
    files = {LAYER: layer}
    for group, path in FUNCTIONS.items():
        files[path] = [line for line in _exported(group) if _name(line) not in names]
    return {path: _HEADING + "".join(f"{line}\n" for line in lines) for path, lines in files.items()}


def out_of_step() -> list[Path]:
    """Return the files that do not hold what uv.lock says."""
    return [path for path, text in rendered().items() if not path.is_file() or path.read_text() != text]


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
    """Write the files, or with --check say which are out of step; return the exit status."""
    if arguments == ["--check"]:
        late = [str(path.relative_to(ROOT)) for path in out_of_step()]
        if late:
            print(f"Not what uv.lock says: {', '.join(late)}. Run `make lock`.", file=sys.stderr)
        return 1 if late else 0
    for path, text in rendered().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

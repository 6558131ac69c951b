"""Builds the planner and the API reference from `web/`: python -m local.web build | serve | check.

The files are written to the folders of the Lambda functions that serve them.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from local import npm
from local.build import build_lock
from local.errors import LocalStackError
from local.fingerprint import fingerprint_of
from local.openapi.stored import current_document
from local.settings import ROOT, Settings
from local.virtualenvs import node

WEB = ROOT / "web"
SITE = ROOT / "functions" / "planner" / "site"
REFERENCE = ROOT / "functions" / "openapi" / "site"
_SWAGGER_UI = ("swagger-ui.css", "swagger-ui-bundle.js")
_FINGERPRINT_FILE = SITE / ".fingerprint"
_NOT_SOURCES = {"node_modules", "schema.d.ts"}


def build() -> None:
    """Write the OpenAPI document, build the planner and copy Swagger UI if their sources have changed.

    The build does not check types; see `check`.

    Raises:
        LocalStackError: the build failed. The message includes the end of the build's output.
    """
    fingerprint = fingerprint_of(_sources())
    if not _is_built(fingerprint):
        npm.install(WEB, development=False)
        _copy_swagger_ui()
        _run("vite", "build", "--logLevel", "warn")
        _FINGERPRINT_FILE.write_text(fingerprint)


def is_current() -> bool:
    """Return whether the planner was built from the present sources."""
    return _is_built(fingerprint_of(_sources()))


def install_all() -> None:
    """Install all packages, also those that a build does not need, while nothing is built.

    Raises:
        LocalStackError: the installation failed. The message includes the end of its output.
    """
    with build_lock():
        npm.install(WEB)


def check() -> None:
    """Check the style, the format and the types of the sources, and run their unit tests.

    Raises:
        LocalStackError: a check failed. The message includes the end of its output.
    """
    _prepare()
    _run("biome", "check")
    _run("tsc", "--noEmit")
    _run("vitest", "run")


def serve() -> None:
    """Serve the sources and forward calls to the local stack, until Ctrl-C. Changed files take effect immediately."""
    _prepare()
    environ = npm.environ() | {"MINUTEHAND_API": Settings.from_environ().emulator_url}
    subprocess.run([node(), _tool("vite").resolve()], cwd=WEB, env=environ, check=False)


def _is_built(fingerprint: str) -> bool:
    return _FINGERPRINT_FILE.is_file() and REFERENCE.is_dir() and _FINGERPRINT_FILE.read_text() == fingerprint


def _prepare() -> None:
    """Install all packages and write the types of the API, while nothing is built."""
    with build_lock():
        npm.install(WEB)
        _write_types()


def _copy_swagger_ui() -> None:
    """Copy the files of Swagger UI, which shows the OpenAPI document."""
    REFERENCE.mkdir(exist_ok=True)
    for name in _SWAGGER_UI:
        shutil.copyfile(WEB / "node_modules" / "swagger-ui-dist" / name, REFERENCE / name)


def _write_types() -> None:
    """Write the types of the API's requests and responses from its OpenAPI document."""
    _run(
        "openapi-typescript",
        str(current_document()),
        "--default-non-nullable",
        "false",
        "--output",
        "src/api/schema.d.ts",
    )


def _run(tool: str, *arguments: str) -> None:
    npm.run(WEB, _tool(tool), *arguments)


def _tool(name: str) -> Path:
    return WEB / "node_modules" / ".bin" / name


def _sources() -> list[Path]:
    files = (path for path in WEB.rglob("*") if path.is_file())
    others = (path for path in files if not _NOT_SOURCES & set(path.relative_to(WEB).parts))
    return [current_document(), *others]


def main(arguments: list[str]) -> int:
    """Run the command. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.web", description=__doc__)
    parser.add_argument("command", choices=["build", "serve", "check"])
    command = parser.parse_args(arguments).command
    try:
        if command == "serve":
            serve()
        elif command == "check":
            check()
        else:
            with build_lock():
                build()
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

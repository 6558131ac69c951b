"""The Chromium of the tests: the machine's or, without one, the Chromium in an npm package.

Playwright downloads its browsers from a server of its own, which not every machine can reach.
"""

import os
import shutil
import subprocess
import sys
from typing import Any

from local import npm
from local.file_lock import file_lock
from local.settings import ROOT, architecture

_PACKAGE = ROOT / "tests" / "web" / "chromium"
_FOLDER = ROOT / ".local" / "chromium"
_UNPACKED = _FOLDER / "unpacked"
_FONTS = """<?xml version="1.0"?>
<fontconfig><dir>/usr/share/fonts</dir><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


def launch_options() -> dict[str, Any]:
    """Return the options with which Playwright starts Chromium.

    Playwright installs its own Chromium on machines for which the package has none.
    """
    options: dict[str, Any] = {"args": ["--no-sandbox"]}
    if found := next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None):
        return options | {"executable_path": found}
    if os.uname().sysname != "Linux" or architecture() != "x86_64":
        subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)
        return options
    with file_lock("chromium"):
        _install()
    variables = {"LD_LIBRARY_PATH": str(_UNPACKED / "al2023" / "lib"), "FONTCONFIG_FILE": str(_UNPACKED / "fonts.conf")}
    return options | {"executable_path": str(_UNPACKED / "chromium"), "env": os.environ | variables}


def _install() -> None:
    """Unpack the package, unless it is already unpacked. Only one process at a time may call this."""
    lock = (_PACKAGE / "package-lock.json").read_text(encoding="utf-8")
    done = _UNPACKED / "package-lock.json"
    if done.is_file() and done.read_text(encoding="utf-8") == lock:
        return
    shutil.rmtree(_FOLDER, ignore_errors=True)
    shutil.copytree(_PACKAGE, _FOLDER, ignore=shutil.ignore_patterns("node_modules"))
    _UNPACKED.mkdir()
    npm.install(_FOLDER)
    npm.run(_FOLDER, _FOLDER / "unpack.js", str(_UNPACKED))
    (_UNPACKED / "fonts.conf").write_text(_FONTS.format(folder=_UNPACKED), encoding="utf-8")
    shutil.rmtree(_FOLDER / "node_modules")
    done.write_text(lock, encoding="utf-8")

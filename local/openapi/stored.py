"""The generated file with the OpenAPI document. The file is not in the repository."""

import os
import subprocess
import sys
from pathlib import Path

from local.errors import LocalStackError
from local.file_lock import file_lock
from local.fingerprint import fingerprint_of
from local.settings import ROOT

DOCUMENT = ROOT / "functions" / "openapi" / "openapi.json"
_FINGERPRINT_FILE = ROOT / ".local" / "openapi-fingerprint"
_SOURCES = ("template.yaml", "uv.lock", "docs/api.md", "functions/*/app.py", "layers/domain/**/*.py", "local/**/*.py")


def current_document() -> Path:
    """Return the file with the document. Generate the file first if its sources have changed.

    Raises:
        LocalStackError: the document cannot be generated. The message includes the end of the traceback.
    """
    with file_lock("openapi"):
        sources = fingerprint_of(path for pattern in _SOURCES for path in ROOT.glob(pattern))
        if not DOCUMENT.is_file() or not _FINGERPRINT_FILE.is_file() or _FINGERPRINT_FILE.read_text() != sources:
            _generate()
            _FINGERPRINT_FILE.write_text(sources)
    return DOCUMENT


def write(text: str) -> None:
    """Replace the document, so that other processes read either the old or the new document."""
    # Several processes may write at the same time, and a build reads every file of the document's folder.
    new = _FINGERPRINT_FILE.with_name(f"openapi-{os.getpid()}.json")
    new.parent.mkdir(exist_ok=True)
    new.write_text(text, encoding="utf-8")
    new.replace(DOCUMENT)


def _generate() -> None:
    """Write the document in a process of its own, because the generator imports every function."""
    done = subprocess.run(
        [sys.executable, "-m", "local.openapi"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "domain")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        end = "\n".join(done.stderr.splitlines()[-15:])
        raise LocalStackError(f"The OpenAPI document cannot be generated.\n{end}")

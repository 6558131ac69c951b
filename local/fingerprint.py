"""Fingerprints of files. A build is skipped if the fingerprint of its sources has not changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from local.settings import ROOT


def fingerprint_of(paths: Iterable[Path], also: str = "") -> str:
    """Return a fingerprint of the names and the contents of these files of the project, and of the text ``also``."""
    digest = hashlib.sha256(also.encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]

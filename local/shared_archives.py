"""Zip files that are unpacked only once, although the emulator unpacks a function and its layers for each worker.

The layers have thousands of files. On AWS, these files are read-only, so the workers can share the files here.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile, ZipInfo

_lock = threading.Lock()


class SharedArchive(ZipFile):
    """A zip file that is unpacked as a symbolic link to the files of the first archive with the same content."""

    def extractall(
        self,
        path: str | os.PathLike[str] | None = None,
        members: Iterable[str | ZipInfo] | None = None,
        pwd: bytes | None = None,
    ) -> None:
        """Replace the empty folder ``path`` with a link to the unpacked files.

        Raises:
            TypeError: ``path`` is missing, or ``members`` or ``pwd`` is given.
            OSError: ``path`` is not an empty folder, or the files cannot be written.
        """
        if path is None or members is not None or pwd is not None:
            raise TypeError("A shared archive can only be unpacked as a whole, into a given folder.")
        shared = Path(tempfile.gettempdir(), f"unpacked-{self._fingerprint()}")
        with _lock:
            if not shared.exists():
                draft = Path(tempfile.mkdtemp(prefix="unpacking-"))
                super().extractall(draft)
                draft.rename(shared)
        folder = Path(path)
        folder.rmdir()
        folder.symlink_to(shared)

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for entry in self.infolist():
            digest.update(f"{entry.filename}\0{entry.file_size}\0{entry.CRC}\0{entry.external_attr}\0".encode())
        return digest.hexdigest()

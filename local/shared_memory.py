"""Shared memory, for files that are not needed after the process has ended. Writing to memory is faster than writing to
a disk.
"""

import os
import shutil
from pathlib import Path

_FOLDER = Path("/dev/shm")  # noqa: S108 callers create private folders in it
_MIN_FREE_BYTES = 3 * 1024**3


def shared_memory() -> Path | None:
    """Return the folder of the shared memory, or None if it is not writable or has less than 3 GiB of free space.

    The folder is open to all users, so the caller creates a private folder in it.
    """
    usable = _FOLDER.is_dir() and os.access(_FOLDER, os.W_OK) and shutil.disk_usage(_FOLDER).free >= _MIN_FREE_BYTES
    return _FOLDER if usable else None

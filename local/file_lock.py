"""Locks between the processes of one clone of the repository."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from local.settings import ROOT


@contextmanager
def file_lock(name: str) -> Iterator[None]:
    """Hold the lock called ``name`` while the block runs. Another process of the same clone waits for the lock."""
    lock = ROOT / ".local" / f"{name}.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

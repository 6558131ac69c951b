"""Replaces references to media items with addresses from which platforms can fetch the files."""

import threading
from collections.abc import Callable
from functools import cache

from minutehand.media.resolution import Sign, has_references, resolve_references
from minutehand.platforms.port import Content
from minutehand.publishing.group_commit import GroupCommit
from minutehand.runtime.db import Database


class LibraryAddresses:
    """Looks up the addresses of media items. An instance is thread-safe, and concurrent calls share statements."""

    def __init__(self, db: Database, sign: Sign) -> None:
        self._lookups = GroupCommit[tuple[str, Content], Content](
            threading.Lock(), lambda owned: resolve_references(db, owned, sign)
        )

    def __call__(self, content: Content, owner_id: str) -> Content:
        """Return an owner's content with addresses instead of references; see `resolve_references`."""
        return self._lookups.submit((owner_id, content)) if has_references(content) else content


def signer(bucket: str | None) -> Sign:
    """Return a function that signs addresses of files in ``bucket``. The first call of the function imports botocore.
    The function raises `NoBucket` if ``bucket`` is None.
    """

    @cache
    def address() -> Callable[[str], str]:
        from minutehand.media.storage import PLATFORM_URL_LIFETIME, Storage, client

        if bucket is None:
            raise NoBucket("MEDIA_BUCKET is not set.")
        storage = Storage(client(), bucket)
        return lambda key: storage.signed_url(key, PLATFORM_URL_LIFETIME)

    return lambda key: address()(key)


class NoBucket(Exception):
    """This deployment has no media library."""

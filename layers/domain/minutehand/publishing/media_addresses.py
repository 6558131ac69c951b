"""Gives the contents of posts addresses in the place of what they name of the media library."""

import threading
from collections.abc import Callable
from functools import cache

from minutehand.media.references import Sign, has_references, resolve_references
from minutehand.platforms.port import Content
from minutehand.publishing.group_commit import GroupCommit
from minutehand.runtime.db import Database


class LibraryAddresses:
    """Looks up what contents name. Called from several threads, which share statements."""

    def __init__(self, db: Database, sign: Sign) -> None:
        self._lookups = GroupCommit[tuple[str, Content], Content](
            threading.Lock(), lambda owned: resolve_references(db, owned, sign)
        )

    def __call__(self, content: Content, owner_id: str) -> Content:
        """Return ``content``, which belongs to ``owner_id``, with addresses; see `resolved`."""
        return self._lookups.submit((owner_id, content)) if has_references(content) else content


def signer(bucket: str | None) -> Sign:
    """Return what signs addresses of files in ``bucket``. Nothing is imported before the first is wanted."""

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

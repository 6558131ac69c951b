"""What is known of the items of the library, as it was found when they were uploaded."""

from collections.abc import Iterable

from minutehand.media.references import id_of
from minutehand.platforms.port import MediaInfo
from minutehand.runtime import sql
from minutehand.runtime.db import Database


def facts(db: Database, owner_id: str, urls: Iterable[str]) -> dict[str, MediaInfo]:
    """Return what is known of those of ``urls`` that name items of this owner. One query, or none."""
    ids = {url: media_id for url in urls if (media_id := id_of(url)) is not None}
    if not ids:
        return {}
    rows = db.fetch(_queries["facts"], ids=sorted(set(ids.values())), owner_id=owner_id)
    known = {row.pop("id"): row for row in rows}
    return {url: MediaInfo(url, **known[media_id]) for url, media_id in ids.items() if media_id in known}


_queries = sql.load(__package__)

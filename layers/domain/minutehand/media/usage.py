"""What posts may name of the library: items that are there, are complete, and belong to the post's owner."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from minutehand.media.references import id_of, named
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.validation import invalid


def missing(db: Database, owner_id: str, urls: Sequence[str]) -> list[str]:
    """Return those of ``urls``, references to items, that a post of this owner may not name. One query, or none.

    The others cannot be removed before the transaction ends, if there is one.
    """
    ids = {url: media_id for url in urls if (media_id := id_of(url)) is not None}
    if not ids:
        return []
    rows = db.fetch(_queries["usable"], ids=sorted(set(ids.values())), owner_id=owner_id)
    usable = {row["id"] for row in rows}
    return [url for url, media_id in ids.items() if media_id not in usable]


@contextmanager
def naming(db: Database, owner_id: str, fields: Mapping[str, object]) -> Iterator[None]:
    """Let a post be written inside whose ``fields``, by their names in the API, may name items.

    When they do, it is one transaction: no item that was there can be removed before the post that names it is written.

    Raises:
        InvalidInput: one of them may not be named; the error says where it stands.
    """
    found = list(named(fields))
    if not found:
        yield
        return
    with db.transaction():
        absent = set(missing(db, owner_id, [url for _, url in found]))
        for path, url in found:
            if url in absent:
                sentence = f"{path} is {url}, which is not in your media library, or not completely uploaded."
                raise invalid(path, sentence, given=url, code="media_not_found")
        yield


_queries = sql.load(__package__)

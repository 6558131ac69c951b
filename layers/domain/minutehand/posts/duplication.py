"""Duplicates posts: a duplicate has the content and the options of its original, and a history of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from minutehand.posts import rendering, writing
from minutehand.posts.forms.duplicate import DuplicateRequest
from minutehand.posts.forms.post import FIELDS
from minutehand.posts.reading import find
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.posts.forms.create import NewPost


def prepare(
    db: Database, writer: Identity, request: DuplicateRequest, *, prober: "Callable[[], Prober]", now: datetime
) -> writing.PreparedPost:
    """Validate the duplicate of a post, and return it for `writing.create`; see `writing.prepare`.

    The duplicate requires an approval if its original or the owner's settings require one. An approval or a
    rejection of the original does not apply to the duplicate.

    Raises:
        NotFound: the owner has no such post.
        InvalidInput: the time is invalid, or a connection of the duplicate does not exist.
    """
    original = find(db, writer, request.id())
    return writing.prepare(db, writer, _new_post(original, request), prober=prober, now=now)


def _new_post(original: Mapping[str, Any], request: DuplicateRequest) -> "NewPost":
    from minutehand.posts.forms.create import NewPost  # imported late, because its validator is large

    shown = rendering.fields(original)
    changes = request.model_dump(include={"timezone", "platforms", "connection_ids"}, exclude_none=True)
    if request.platforms is None and request.connection_ids:
        changes["platforms"] = []  # `prepare` adds the platforms of the named connections
    elif request.platforms is not None and request.connection_ids is None:
        # Keep only the connections on the requested platforms, because `prepare` adds the platforms of all connections.
        pairs = zip(original["connection_ids"], original["connection_platforms"], strict=True)
        changes["connection_ids"] = [named for named, platform in pairs if platform in request.platforms]
    new = parse(NewPost, shown | {FIELDS["scheduled_at"]: None})
    return new.model_copy(update=changes | {"scheduled_at": request.scheduled_at})

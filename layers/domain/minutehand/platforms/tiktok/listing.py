"""Search the creator's public posts for a post whose publish_id is unknown."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.identifiers import bounded_text, identifier
from minutehand.platforms.moments import epoch_time
from minutehand.platforms.port import Account, Attempt, Content, Published
from minutehand.platforms.tiktok.api import Api

CLOCK_SKEW = timedelta(seconds=30)
FIELDS = "id,title,video_description,create_time,share_url"
LISTED_POSTS = 20


def find(api: Api, content: Content, since: datetime, account: Account, attempt: Attempt) -> Published | None:
    """Return the oldest listed post that matches ``content``, or None if there is none.

    Posts created more than `CLOCK_SKEW` before ``since``, and posts that belong to other publications, are skipped.
    """
    answer = api.prepare(f"video/list/?fields={FIELDS}", account, attempt, {"max_count": LISTED_POSTS})
    listed = answer.get("videos")
    for post in reversed(listed if isinstance(listed, list) else []):
        if not isinstance(post, Mapping) or (post_id := identifier(post.get("id"))) is None:
            continue
        if _has_text(post, content) and _is_since(post, since - CLOCK_SKEW) and attempt.recognise(post_id):
            return Published(post_id, bounded_text(post.get("share_url")))
    return None


def _has_text(post: Mapping[str, Any], content: Content) -> bool:
    sent = {_plain(text) for text in (content.text, content.options.get("title")) if text}
    return bool(sent & {_plain(post.get("title")), _plain(post.get("video_description"))})


def _plain(text: object) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""


def _is_since(post: Mapping[str, Any], since: datetime) -> bool:
    created = epoch_time(post.get("create_time"))
    return created is not None and created >= since

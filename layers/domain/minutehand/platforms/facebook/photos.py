"""Uploads of unpublished photos. A later call attaches the photos to a post or a story.

The checkpoint contains each photo's id as ``photo_<position>``. A repeated publish call therefore names the same
photos, and Facebook refuses a photo in a second post.
"""

from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.graph import GraphClient, id_in
from minutehand.platforms.meta.media_errors import MediaNotFetched, limit_fetch_time
from minutehand.platforms.port import Account, Attempt, Content, Transient


def upload_all(graph: GraphClient, content: Content, account: Account, attempt: Attempt) -> list[str]:
    """Return the photo ids of the content's images, in order. Upload the images that have no photo id yet."""
    return [
        attempt.checkpoint.get(f"photo_{position}") or _upload(graph, position, url, content, account, attempt)
        for position, url in enumerate(content.media_urls)
    ]


def uploaded_ids(attempt: Attempt) -> frozenset[str]:
    """Return the ids of the photos in the checkpoint."""
    return frozenset(value for name, value in attempt.checkpoint.items() if name.startswith("photo_"))


def _upload(graph: GraphClient, position: int, url: str, content: Content, account: Account, attempt: Attempt) -> str:
    alt = content.alt_texts.get(url)
    alt_field = {"alt_text_custom": alt} if alt else {}
    path = f"{account_node(account)}/photos"
    try:
        answer = graph.prepare(path, account, attempt, url=url, published="false", **alt_field)
    except MediaNotFetched as failure:
        raise limit_fetch_time(failure, attempt) from failure
    photo_id = id_in(answer)
    if photo_id is None:
        raise Transient("unexpected_answer", "Facebook returned an unexpected response to an image upload.")
    attempt.save(**{f"photo_{position}": photo_id})
    return photo_id

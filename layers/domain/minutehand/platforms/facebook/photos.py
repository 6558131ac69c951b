"""Photos that are uploaded without being posted, to be attached to a post or shown as a story.

Checkpoint: ``photo_<position>``. A photo is posted once: Facebook refuses it in a second post, so its id must be kept.
"""

from minutehand.platforms.meta.containers import owner
from minutehand.platforms.meta.graph import Graph, id_in
from minutehand.platforms.port import Account, Attempt, Content, Transient


def uploaded(graph: Graph, content: Content, account: Account, attempt: Attempt) -> list[str]:
    """Let Facebook fetch the content's images, those that it does not have yet, and return their ids in order."""
    return [
        attempt.checkpoint.get(f"photo_{position}") or _upload(graph, position, url, content, account, attempt)
        for position, url in enumerate(content.media_urls)
    ]


def known(attempt: Attempt) -> frozenset[str]:
    """Return the ids of the photos that were uploaded."""
    return frozenset(value for name, value in attempt.checkpoint.items() if name.startswith("photo_"))


def _upload(graph: Graph, position: int, url: str, content: Content, account: Account, attempt: Attempt) -> str:
    alt = content.alt_texts.get(url)
    described = {"alt_text_custom": alt} if alt else {}
    answer = graph.prepare(f"{owner(account)}/photos", account, attempt, url=url, published="false", **described)
    photo_id = id_in(answer)
    if photo_id is None:
        raise Transient("unexpected_answer", "Facebook gave an answer to an image that makes no sense.")
    attempt.save(**{f"photo_{position}": photo_id})
    return photo_id

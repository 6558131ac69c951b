"""Errors for calls that are refused because of a post's version or status."""

from typing import Any

from minutehand.queue.errors import status_phrase
from minutehand.runtime.errors import Conflict


def require_version(post: dict[str, Any], version: int) -> None:
    """Check that ``post`` still has the version that the caller read.

    Raises:
        Conflict: the post has another version.
    """
    if version != post["version"]:
        sentence = f"The post is at version {post['version']}, not {version}. Load it again before you change it."
        detail = {"field": "version", "message": sentence, "given": version, "allowed": post["version"]}
        raise Conflict(sentence, code="version_conflict", details=[detail])


def wrong_state(post: dict[str, Any], action: str, allowed: tuple[str, ...]) -> Conflict:
    """Return the error for an action that the post's status does not allow.

    ``action`` completes the sentence "This post cannot be ...". ``allowed``: the statuses that allow the action.
    """
    advice = _ADVICE.get(post["status"], "")
    sentence = f"This post {status_phrase(post['status'])} and cannot be {action}.{advice}"
    detail = {"field": "status", "message": sentence, "given": post["status"], "allowed": list(allowed)}
    return Conflict(sentence, code="wrong_state", details=[detail])


def with_taken_back(statuses: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``statuses`` with the status ``queued`` after ``scheduled``, for an action that first removes a queued
    post from the queue.
    """
    return tuple(each for status in statuses for each in ((status, "queued") if status == "scheduled" else (status,)))


_ADVICE = {
    "failed": " Retry the post, or create a new one.",
}

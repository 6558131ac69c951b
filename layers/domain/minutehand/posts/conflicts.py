"""Why something cannot be done with a post as it is."""

from typing import Any

from minutehand.runtime.errors import Conflict


def require_version(post: dict[str, Any], version: int) -> None:
    """Check that ``post`` still is in the version that the caller has seen.

    Raises:
        Conflict: it was changed since.
    """
    if version != post["version"]:
        sentence = f"The post was changed since: it is in version {post['version']} now. Look at it again first."
        detail = {"field": "version", "message": sentence, "given": version, "allowed": post["version"]}
        raise Conflict(sentence, code="version_conflict", details=[detail])


def wrong_state(post: dict[str, Any], done: str, allowed: tuple[str, ...]) -> Conflict:
    """Return the error for a post that cannot be ``done`` so because of its status; ``allowed``: in which it can."""
    advice = _ADVICE.get(post["status"], "")
    sentence = f"This post is {post['status']} and cannot be {done}.{advice}"
    detail = {"field": "status", "message": sentence, "given": post["status"], "allowed": list(allowed)}
    return Conflict(sentence, code="wrong_state", details=[detail])


_ADVICE = {
    "queued": " Cancel it first.",
    "failed": " Retry it, or write a new post from it.",
}

"""The error for an unknown post, which several features raise."""

from minutehand.runtime.errors import NotFound


def post_not_found() -> NotFound:
    """Return the error for a post that does not exist or belongs to another owner."""
    return NotFound("You have no post with this id.", code="post_not_found")


def status_phrase(status: str) -> str:
    """Return the verb and the complement of a sentence that states a post's ``status``, such as "is a draft"."""
    return {"draft": "is a draft", "failed": "has failed"}.get(status, f"is {status}")

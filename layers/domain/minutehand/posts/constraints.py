"""Names of constraints, and what their violation means to the caller."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import CheckViolation

from minutehand.runtime.validation import invalid


@contextmanager
def translate_violations() -> Iterator[None]:
    """Turn the violation of a constraint that a caller can bring about into the error that says so.

    Raises:
        InvalidInput: a field, or two together, are not allowed.
    """
    try:
        yield
    except CheckViolation as violation:
        known = _MEANINGS.get(violation.diag.constraint_name or "")
        if known is None:
            raise
        field, sentence = known
        raise invalid(field, sentence, given=None) from violation


_MEANINGS = {
    "social_posts_content_not_blank": ("content", "Post content cannot be empty"),
    "social_posts_scheduled_is_complete": ("platforms", "A post with a time needs at least one platform."),
}

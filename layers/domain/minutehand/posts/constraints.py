"""Translation of constraint violations into errors that the caller understands."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import CheckViolation

from minutehand.runtime.validation import invalid


@contextmanager
def translate_violations() -> Iterator[None]:
    """Turn a violation of a constraint that depends on the caller's input into an error about that input.

    Raises:
        InvalidInput: the value of a field is not allowed, or not allowed with the value of another field.
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

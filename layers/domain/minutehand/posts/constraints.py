"""Translates violations of constraints into errors about the fields of a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import CheckViolation

from minutehand.runtime.validation import invalid


@contextmanager
def translate_violations() -> Iterator[None]:
    """Translate the violation of a constraint on the caller's input into an error about that input.

    Raises:
        InvalidInput: a field has a value that is not allowed, alone or in combination with another field.
        CheckViolation: the block violates a constraint that does not concern the caller's input.
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

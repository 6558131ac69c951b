"""The request of posts/confirm, which states whether a person has found unknown publications on their platforms."""

from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from minutehand.posts.fields import MAX_URL_CHARACTERS
from minutehand.posts.forms.base import PostReference
from minutehand.queue.confirmation import Confirmation, publication_not_found
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.validation import Problem, invalid, shortened

MAX_CONFIRMED = 500


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        complete = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # The port or the IPv6 address is invalid.
        complete = False
    plain = url.isprintable() and not any(character.isspace() or character == "\\" for character in url)
    if not complete or not plain or "@" in parts.netloc:
        raise Problem(
            f'"{shortened(url)}" is not valid. Give a complete https address without a user name, spaces, backslashes '
            "or unprintable characters.",
            allowed="such as https://example.com/posts/1",
        )
    return url


Permalink = Annotated[str, StringConstraints(max_length=MAX_URL_CHARACTERS), AfterValidator(_web_address)]


class CheckedPublication(Form):
    """An unknown publication for which a person has checked the account. ``permalink``: the address of the publication,
    if it is published.
    """

    id: Id
    published: bool
    permalink: Permalink | None = None


class ConfirmRequest(PostReference):
    """The body of posts/confirm."""

    publications: Annotated[list[CheckedPublication], Field(min_length=1, max_length=MAX_CONFIRMED)]

    def confirmations(self) -> list[Confirmation]:
        """Return the confirmations, in the order of the request.

        Raises:
            InvalidInput: a publication is listed twice, or a publication that is not published has a permalink.
            NotFound: an id is not a UUID, so no publication has this id.
        """
        found: dict[str, Confirmation] = {}
        for index, each in enumerate(self.publications):
            publication_id = parse_id(each.id, partial(publication_not_found, each.id))
            if str(publication_id) in found:
                sentence = f'publications lists "{shortened(each.id)}" twice.'
                raise invalid(f"publications[{index}].id", sentence, given=each.id)
            if each.permalink is not None and not each.published:
                sentence = "permalink is allowed only if published is true."
                raise invalid(f"publications[{index}].permalink", sentence, given=each.permalink)
            found[str(publication_id)] = Confirmation(publication_id, each.published, each.permalink)
        return list(found.values())

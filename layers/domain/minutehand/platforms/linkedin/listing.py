"""Looking for a post or a comment whose call got no answer, where reading is allowed.

A member's posts may be read by few applications, an organisation's by those that its administrators let.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Reply
from minutehand.platforms.linkedin import commentary
from minutehand.platforms.linkedin.bodies import commented
from minutehand.platforms.linkedin.errors import Call, Meaning, meaning_of, refusal
from minutehand.platforms.linkedin.service import Service, encoded
from minutehand.platforms.port import Account, Attempt, Content, Transient

CLOCK_SKEW = timedelta(seconds=30)
LOOKED_THROUGH = "50"


class Hidden(Exception):
    """We may not read there."""


class Listing:
    """Reads what LinkedIn shows. All methods raise `Hidden` where it does not let us, and `PublishError`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def post(self, content: Content, author: str, since: datetime, account: Account, attempt: Attempt) -> str | None:
        """Return the URN of the author's first post with this text, made ``since`` then, that is nobody else's."""
        query = {"author": author, "q": "author", "count": LOOKED_THROUGH, "sortBy": "LAST_MODIFIED"}
        reply = self._service.get("/rest/posts", account, attempt, query=query, finder=True)
        for post in reversed(self._elements(reply, account, attempt)):
            if (
                post.get("author") == author
                and commentary.same(content.text, commentary.read(str(post.get("commentary", ""))))
                and _is_since(post.get("createdAt"), since)
                and isinstance(post.get("id"), str)
                and attempt.recognise(post["id"])
            ):
                return str(post["id"])
        return None

    def comment(self, content: Content, author: str, since: datetime, account: Account, attempt: Attempt) -> str | None:
        """Return the URN of the author's comment with this text, made ``since`` then, that is nobody else's.

        Raises:
            Hidden: there are more comments than we look through, and it is not among them.
        """
        path = f"/rest/socialActions/{encoded(content.reply_to or '')}/comments"
        reply = self._service.get(path, account, attempt, query={"count": LOOKED_THROUGH})
        comments = self._elements(reply, account, attempt)
        for comment in comments:
            created, message = comment.get("created"), comment.get("message")
            if (
                comment.get("actor") == author
                and isinstance(created, Mapping)
                and isinstance(message, Mapping)
                and commentary.same(content.text, str(message.get("text", "")))
                and _is_since(created.get("time"), since)
                and (urn := comment_urn(comment, commented(content.reply_to or ""))) is not None
                and attempt.recognise(urn)
            ):
                return urn
        if len(comments) >= int(LOOKED_THROUGH):
            raise Hidden
        return None

    def is_ours(self, urn: str, since: datetime, account: Account, attempt: Attempt) -> bool | None:
        """Say whether the post ``urn`` was made ``since`` then; None when LinkedIn does not show such a post."""
        reply = self._service.get(f"/rest/posts/{encoded(urn)}", account, attempt)
        if reply.status == 404:
            return None
        return _is_since(self._allowed(reply, account, attempt).fields.get("createdAt"), since)

    def _elements(self, reply: Reply, account: Account, attempt: Attempt) -> list[Mapping[str, Any]]:
        elements = self._allowed(reply, account, attempt).fields.get("elements")
        if not isinstance(elements, list):
            raise Transient("unexpected_answer", "LinkedIn gave a list that makes no sense.")
        return [element for element in elements if isinstance(element, Mapping)]

    def _allowed(self, reply: Reply, account: Account, attempt: Attempt) -> Reply:
        if reply.ok:
            return reply
        if meaning_of(reply) in (Meaning.FORBIDDEN, None):
            raise Hidden
        raise refusal(reply, Call("the question"), account, attempt)


def comment_urn(comment: Mapping[str, Any], parent: str) -> str | None:
    """Return the URN of a comment on the post ``parent``, as LinkedIn shows it."""
    for name in ("commentUrn", "$URN"):
        if isinstance(urn := comment.get(name), str):
            return urn
    number = comment.get("id")
    return f"urn:li:comment:({parent},{number})" if isinstance(number, str) and number.isdigit() else None


def _is_since(milliseconds: Any, since: datetime) -> bool:
    if type(milliseconds) is not int:
        return False
    return datetime.fromtimestamp(milliseconds / 1000, UTC) >= since - CLOCK_SKEW

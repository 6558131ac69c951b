"""Search for a post or a comment whose publish call is in doubt.

LinkedIn allows few apps to read a member's posts. Administrators of an organisation can allow an app to read the
organisation's posts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Reply
from minutehand.platforms.identifiers import identifier
from minutehand.platforms.linkedin import commentary
from minutehand.platforms.linkedin.bodies import commented_post
from minutehand.platforms.linkedin.errors import ERRORS, FORBIDDEN, Call, refusal
from minutehand.platforms.linkedin.service import Service, comments_path, encoded
from minutehand.platforms.moments import epoch_time
from minutehand.platforms.port import Account, Attempt, Content, Transient

MAX_CLOCK_SKEW = timedelta(seconds=30)
MAX_RESULTS = "50"


class Hidden(Exception):
    """LinkedIn does not return the posts or comments to this app, or does not return all of them."""


class Listing:
    """Searches posts and comments. Every method may raise `PublishError`, and `Hidden` if LinkedIn denies access."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def post(self, content: Content, author: str, since: datetime, account: Account, attempt: Attempt) -> str | None:
        """Return the URN of the oldest listed post that matches and that the author created at ``since`` or later.

        The time has a tolerance of `MAX_CLOCK_SKEW`. A post that belongs to another publication does not match.
        """
        query = {"author": author, "q": "author", "count": MAX_RESULTS, "sortBy": "LAST_MODIFIED"}
        reply = self._service.get("/rest/posts", account, attempt, query=query, method="FINDER")
        for post in reversed(self._elements(reply, account, attempt)):
            if (
                post.get("author") == author
                and commentary.same_text(content.text, commentary.from_little_text(str(post.get("commentary", ""))))
                and _is_since(post.get("createdAt"), since)
                and (urn := identifier(post.get("id"))) is not None
                and attempt.recognise(urn)
            ):
                return urn
        return None

    def comment(self, content: Content, author: str, since: datetime, account: Account, attempt: Attempt) -> str | None:
        """Return the URN of a listed comment with this text that the author wrote at ``since`` or later.

        The time has a tolerance of `MAX_CLOCK_SKEW`. A comment that belongs to another publication does not match.

        Raises:
            Hidden: LinkedIn denies access, or the comment is not among the first `MAX_RESULTS` comments and the post
                may have more.
        """
        reply = self._service.get(comments_path(content.reply_to or ""), account, attempt, query={"count": MAX_RESULTS})
        comments = self._elements(reply, account, attempt)
        for comment in comments:
            created, message = comment.get("created"), comment.get("message")
            if (
                comment.get("actor") == author
                and isinstance(created, Mapping)
                and isinstance(message, Mapping)
                and commentary.same_text(content.text, str(message.get("text", "")))
                and _is_since(created.get("time"), since)
                and (urn := comment_urn(comment, commented_post(content.reply_to or ""))) is not None
                and attempt.recognise(urn)
            ):
                return urn
        if len(comments) >= int(MAX_RESULTS):
            raise Hidden
        return None

    def is_since(self, urn: str, since: datetime, account: Account, attempt: Attempt) -> bool | None:
        """Return whether the post ``urn`` was created at ``since`` or later, or None if LinkedIn does not show the
        post. The time has a tolerance of `MAX_CLOCK_SKEW`.
        """
        reply = self._service.get(f"/rest/posts/{encoded(urn)}", account, attempt)
        if reply.status == 404:
            return None
        return _is_since(self._require_readable(reply, account, attempt).fields.get("createdAt"), since)

    def _elements(self, reply: Reply, account: Account, attempt: Attempt) -> list[Mapping[str, Any]]:
        elements = self._require_readable(reply, account, attempt).fields.get("elements")
        if not isinstance(elements, list):
            raise Transient("unexpected_answer", "LinkedIn returned an unexpected response to the search for the post.")
        return [element for element in elements if isinstance(element, Mapping)]

    def _require_readable(self, reply: Reply, account: Account, attempt: Attempt) -> Reply:
        if reply.ok:
            return reply
        if ERRORS.meaning(reply) in (FORBIDDEN, None):
            raise Hidden
        raise refusal(reply, Call("the request"), account, attempt)


def comment_urn(comment: Mapping[str, Any], parent: str) -> str | None:
    """Return the URN of ``comment`` on the post ``parent``, or None if the response has no valid id."""
    for name in ("commentUrn", "$URN"):
        if (urn := identifier(comment.get(name))) is not None:
            return urn
    number = identifier(comment.get("id"))
    return f"urn:li:comment:({parent},{number})" if number is not None and number.isdigit() else None


def _is_since(milliseconds: Any, since: datetime) -> bool:
    created = epoch_time(milliseconds / 1000) if type(milliseconds) is int else None
    return created is not None and created >= since - MAX_CLOCK_SKEW

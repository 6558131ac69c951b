"""Comments under a post, as Instagram and Facebook take them: one call, without any key or handle before it."""

from dataclasses import dataclass
from datetime import timedelta

from minutehand.platforms.meta.graph import Graph, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW, is_since, rows, same_text
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Published,
    Transient,
    Unanswerable,
)

LISTED_WITHIN = timedelta(minutes=2)
"""How long a new comment may be missing from the list under its post."""
COMMENTS_LOOKED_THROUGH = "50"


@dataclass(frozen=True, slots=True)
class Names:
    """How a platform names the text and the time of a comment that it lists, and how it is asked for the newest."""

    text: str
    time: str
    order: dict[str, str]


class Comments:
    """Comments on one platform."""

    def __init__(self, graph: Graph, names: Names) -> None:
        self._graph = graph
        self._names = names

    def publish(self, content: Content, account: Account, attempt: Attempt, **fields: str) -> Published:
        """Comment on ``content.reply_to``; ``fields`` go along."""
        request = self._graph.publishing(f"{content.reply_to}/comments", account, **{"message": content.text, **fields})
        attempt.arm()
        comment_id = id_in(self._graph.publish(request, account, attempt))
        if comment_id is None:
            raise InDoubt("unexpected_answer", f"{self._graph.name} gave an answer that makes no sense.")
        return Published(comment_id)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Look for the comment under its post, by text and time.

        One that is not there may have been hidden as spam, so its absence proves nothing: a person has to look.
        """
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        listed = self._graph.get(
            f"{content.reply_to}/comments",
            account,
            attempt,
            fields=f"id,{self._names.text},{self._names.time}",
            limit=COMMENTS_LOOKED_THROUGH,
            **self._names.order,
        )
        for comment in rows(listed):
            comment_id, since = id_in(comment), is_since(comment.get(self._names.time), armed_at - CLOCK_SKEW)
            if comment_id and since and same_text(comment.get(self._names.text), content.text):
                return Published(comment_id)
        if attempt.now() - armed_at < LISTED_WITHIN:
            raise Transient("not_listed_yet", f"{self._graph.name} does not list the comment yet.")
        return Unanswerable(f"{self._graph.name} does not show the comment, but may have hidden it. Please look there.")

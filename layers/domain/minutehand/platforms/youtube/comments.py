"""Comments on videos. The call that creates a comment does not accept an idempotency key."""

from datetime import datetime, timedelta

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
from minutehand.platforms.youtube.api import Api, items, text_at
from minutehand.platforms.youtube.errors import NAME
from minutehand.platforms.youtube.listing import MAX_CLOCK_SKEW, is_since

LISTED_WITHIN = timedelta(minutes=2)
"""The assumed maximum time that YouTube needs to list a new comment."""
MAX_COMMENTS = "50"


class Comments:
    """Publishes and reconciles comments."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Publish a comment on the video ``content.reply_to``. Raises the errors of `Adapter.publish`."""
        comment = {"snippet": {"textOriginal": content.text}}
        request = self._api.request(
            "POST",
            "youtube/commentThreads",
            account,
            params={"part": "snippet"},
            json={"snippet": {"videoId": content.reply_to, "topLevelComment": comment}},
        )
        self._api.exchange.connect(request, attempt)
        attempt.arm()
        comment_id = text_at(self._api.publish(request, account, attempt).fields, "id")
        if not comment_id:
            raise InDoubt("unexpected_answer", f"{NAME} returned an unexpected response.")
        return Published(comment_id, _permalink(content, comment_id))

    def reconcile(
        self, content: Content, account: Account, armed_at: datetime, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Search the comments on the video by author, text and time. Raises the errors of `Adapter.reconcile`.

        Return `Unanswerable` if the comment is not listed after `LISTED_WITHIN`, because YouTube may be holding it for
        review.
        """
        listed = self._api.get(
            "youtube/commentThreads",
            account,
            attempt,
            part="snippet",
            videoId=str(content.reply_to),
            order="time",
            textFormat="plainText",
            maxResults=MAX_COMMENTS,
        )
        for thread in items(listed):
            comment = ("snippet", "topLevelComment", "snippet")
            same_text = text_at(thread, *comment, "textOriginal").split() == content.text.split()
            recent = is_since(text_at(thread, *comment, "publishedAt"), armed_at - MAX_CLOCK_SKEW)
            same_author = text_at(thread, *comment, "authorChannelId", "value") == account.account_id
            comment_id = text_at(thread, "id")
            if same_author and same_text and recent and comment_id and attempt.recognise(comment_id):
                return Published(comment_id, _permalink(content, comment_id))
        if attempt.now() - armed_at < LISTED_WITHIN:
            raise Transient("not_listed_yet", f"{NAME} does not list the comment yet.")
        return Unanswerable(
            f"We could not confirm whether this comment was published on {NAME}, which may be holding it for review. "
            "Check the video."
        )


def _permalink(content: Content, comment_id: str) -> str:
    return f"https://www.youtube.com/watch?v={content.reply_to}&lc={comment_id}"

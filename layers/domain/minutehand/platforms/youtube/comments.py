"""Comments under a video: one call, without any key or handle before it."""

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
from minutehand.platforms.youtube.listing import CLOCK_SKEW, is_since

LISTED_WITHIN = timedelta(minutes=2)
"""How long a new comment may be missing from the list under its video."""
COMMENTS_LOOKED_THROUGH = "50"


class Comments:
    """Comments under videos."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Comment on the video ``content.reply_to``."""
        comment = {"snippet": {"textOriginal": content.text}}
        request = self._api.request(
            "POST",
            "youtube/commentThreads",
            account,
            params={"part": "snippet"},
            json={"snippet": {"videoId": content.reply_to, "topLevelComment": comment}},
        )
        attempt.arm()
        comment_id = text_at(self._api.publish(request, account, attempt).fields, "id")
        if not comment_id:
            raise InDoubt("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        return Published(comment_id, _permalink(content, comment_id))

    def reconcile(
        self, content: Content, account: Account, armed_at: datetime, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Look for the comment under its video, by its author, text and time.

        One that is not there may be held back for review, so its absence proves nothing: a person has to look.
        """
        listed = self._api.get(
            "youtube/commentThreads",
            account,
            attempt,
            part="snippet",
            videoId=str(content.reply_to),
            order="time",
            textFormat="plainText",
            maxResults=COMMENTS_LOOKED_THROUGH,
        )
        for thread in items(listed):
            comment = ("snippet", "topLevelComment", "snippet")
            same = text_at(thread, *comment, "textOriginal").split() == content.text.split()
            since = is_since(text_at(thread, *comment, "publishedAt"), armed_at - CLOCK_SKEW)
            ours = text_at(thread, *comment, "authorChannelId", "value") == account.account_id
            comment_id = text_at(thread, "id")
            if ours and same and since and comment_id and attempt.recognise(comment_id):
                return Published(comment_id, _permalink(content, comment_id))
        if attempt.now() - armed_at < LISTED_WITHIN:
            raise Transient("not_listed_yet", f"{NAME} does not list the comment yet.")
        return Unanswerable(f"{NAME} does not show the comment, but may be reviewing it. Please look there.")


def _permalink(content: Content, comment_id: str) -> str:
    return f"https://www.youtube.com/watch?v={content.reply_to}&lc={comment_id}"

"""The adapter for posts by LinkedIn members and organisations.

Media items are uploaded and processed first. One call then creates the post. LinkedIn refuses a duplicate of a recent
post and usually names the original. `LinkedIn.reconcile` can therefore repeat a publish call in doubt: LinkedIn either
creates the post, or refuses it because the first call created it.

Checkpoint: the keys that the module `uploads` saves, ``author`` (the author's URN), ``media`` (the URNs in the publish
call), ``replayed`` (the time of the repeated publish call), ``duplicate`` (the URN of the original that LinkedIn
named), ``revoked_at`` (see `errors`).
"""

from collections.abc import Sequence
from datetime import timedelta

import httpx

from minutehand.platforms.identifiers import identifier
from minutehand.platforms.linkedin import bodies, rules
from minutehand.platforms.linkedin.errors import Call, Duplicate, permalink, refusal
from minutehand.platforms.linkedin.listing import Hidden, Listing, comment_urn
from minutehand.platforms.linkedin.service import Service, comments_path
from minutehand.platforms.linkedin.uploads import OutOfTime, UploadContext, Uploads
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    PublishError,
    Transient,
    Unanswerable,
)

REPLAY_AFTER = timedelta(seconds=20)
"""The assumed maximum time that LinkedIn needs to finish an interrupted call."""
REPLAY_WITHIN = timedelta(minutes=30)
"""The assumed time within which LinkedIn recognises a duplicate. LinkedIn does not document this time."""
LISTED_WITHIN = timedelta(minutes=2)
"""The assumed maximum time that LinkedIn needs to list a new comment."""
CHECK_AFTER = timedelta(seconds=3)
POST, COMMENT = Call("the post", publishing=True), Call("the comment", publishing=True, is_reply=True)


class LinkedIn(Adapter):
    """Publishes posts on LinkedIn.

    Options: ``organization`` (post as this page instead of as the connected account), ``visibility``,
    ``disableReshare``, ``title`` (of a single image or video), ``article`` (a link card: url, title, description).
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._service = Service(client)
        self._uploads = Uploads(self._service, media)
        self._listing = Listing(self._service)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        author = self._author(content, account, attempt)
        context = UploadContext(author, account, attempt)
        try:
            urns = [self._uploads.upload(position, item, context) for position, item in enumerate(media)]
        except OutOfTime:
            return Processing(timedelta(0))
        if not all(self._uploads.is_processed(position, item, context) for position, item in enumerate(media)):
            return Processing(CHECK_AFTER)
        request = self._request(content, author, urns, account)
        self._service.exchange.connect(request, attempt)
        attempt.arm(author=author, media=",".join(urns))
        reply = self._service.publish(request, attempt)
        call = COMMENT if content.reply_to else POST
        if not reply.ok:
            raise refusal(reply, call, account, attempt)
        urn = _comment_in(reply.fields, content) if content.reply_to else reply.headers.get("x-restli-id")
        if not urn:
            raise InDoubt("unexpected_answer", "LinkedIn returned an unexpected response.")
        return Published(urn, permalink(urn))

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`.

        For a comment, search the comments on the post. For a post, search the author's posts if LinkedIn allows reading
        them. If the post is not found, repeat the publish call, unless the post has no text or the first call is older
        than `REPLAY_WITHIN`. If the response to the repeated call is lost too, the call is not repeated again.
        """
        if attempt.armed_at is None:
            return NotPublished()
        author = attempt.checkpoint.get("author") or self._author(content, account, attempt)
        if content.reply_to is not None:
            return self._find_comment(content, author, account, attempt)
        try:
            urn = self._listing.post(content, author, attempt.armed_at, account, attempt)
        except Hidden:
            urn = None
        if urn is not None:
            return Published(urn, permalink(urn))
        return self._replay(content, author, account, attempt)

    def _find_comment(
        self, content: Content, author: str, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        since = attempt.armed_at or attempt.now()
        try:
            urn = self._listing.comment(content, author, since, account, attempt)
        except Hidden:
            return Unanswerable(
                "We could not confirm whether this comment was published on LinkedIn, because LinkedIn does not "
                "return all comments on the post. Check the post."
            )
        if urn is not None:
            return Published(urn, permalink(urn))
        if attempt.now() - since < LISTED_WITHIN:
            raise Transient("not_listed", "LinkedIn does not list the comment yet.")
        return NotPublished()

    def _replay(
        self, content: Content, author: str, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        since = attempt.armed_at or attempt.now()
        age = attempt.now() - since
        if urn := attempt.checkpoint.get("duplicate"):
            return self._resolve_duplicate(urn, account, attempt)
        if attempt.checkpoint.get("replayed"):
            return Unanswerable(
                "We could not confirm whether this post was published on LinkedIn, because LinkedIn did not answer "
                "the repeated call either. Check the account."
            )
        if not content.text.strip() or age > REPLAY_WITHIN:
            return Unanswerable("We could not confirm whether this post was published on LinkedIn. Check the account.")
        if age < REPLAY_AFTER:
            raise Transient("settling", "LinkedIn may still be creating the post.")
        if not attempt.may_send():
            raise Transient(
                "may_not_be_sent",
                "LinkedIn does not list the post. It is not sent again during a pause or after its window has closed.",
            )
        urns = [urn for urn in attempt.checkpoint.get("media", "").split(",") if urn]
        attempt.save(replayed=attempt.now().isoformat())
        try:
            reply = self._service.publish(self._request(content, author, urns, account), attempt)
            if not reply.ok:
                raise refusal(reply, POST, account, attempt)
        except Duplicate as duplicate:
            attempt.save(duplicate=duplicate.urn or "")
            return self._resolve_duplicate(duplicate.urn, account, attempt)
        except InDoubt as error:
            raise Transient(error.code, error.reason) from error
        except PublishError:
            # LinkedIn did not accept the repeated call, so the call may be repeated again later.
            attempt.save(replayed="")
            raise
        urn = reply.headers.get("x-restli-id")
        if not urn:
            raise Transient("unexpected_answer", "LinkedIn returned an unexpected response.")
        return Published(urn, permalink(urn))

    def _resolve_duplicate(self, urn: str | None, account: Account, attempt: Attempt) -> Published | Unanswerable:
        """Return `Published` if ``urn``, the original that LinkedIn named, is this post, or else `Unanswerable`."""
        if urn is None:
            return Unanswerable(
                "We could not confirm whether this post was published on LinkedIn: LinkedIn refused the post as a "
                "duplicate without naming the original. Check the account."
            )
        try:
            recent = self._listing.is_since(urn, attempt.armed_at or attempt.now(), account, attempt)
        except Hidden:
            recent = True  # LinkedIn named this post but does not show when it was created
        if recent and attempt.recognise(urn):
            return Published(urn, permalink(urn))
        original = "a post that LinkedIn does not show" if recent is None else "an older post"
        return Unanswerable(
            f"We could not confirm whether this post was published on LinkedIn: LinkedIn refused the post as a "
            f"duplicate of {original} ({permalink(urn)}). Check the account."
        )

    def _author(self, content: Content, account: Account, attempt: Attempt) -> str:
        if (organisation := rules.organisation_in(content.options)) is not None:
            return organisation
        if account.account_id:
            return account.account_id if account.account_id.startswith("urn:li:") else _person(account.account_id)
        reply = self._service.get("/v2/userinfo", account, attempt)
        if not reply.ok:
            raise refusal(reply, Call("the post"), account, attempt)
        subject = identifier(reply.fields.get("sub"))
        if subject is None:
            raise Transient("unexpected_answer", "LinkedIn returned an unexpected response to the account look-up.")
        return _person(subject)

    def _request(self, content: Content, author: str, urns: Sequence[str], account: Account) -> httpx.Request:
        if content.reply_to is None:
            return self._service.request("/rest/posts", bodies.post(content, author, urns), account)
        return self._service.request(comments_path(content.reply_to), bodies.comment(content, author, urns), account)


def _comment_in(fields: object, content: Content) -> str | None:
    return comment_urn(fields, bodies.commented_post(content.reply_to or "")) if isinstance(fields, dict) else None


def _person(subject: str) -> str:
    return f"urn:li:person:{subject}"


adapter = LinkedIn

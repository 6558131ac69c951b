"""LinkedIn, as a member or as an organisation: media are uploaded and digested, then one call makes the post.

LinkedIn refuses a post that it has already, and names that one. So a call without an answer may be repeated once:
either it makes the post, or the refusal says where the post is.

Checkpoint: what `uploads` keeps, ``author`` (the URN of who posts), ``media`` (the URNs of the publishing call),
``replayed`` (that the call was repeated), ``duplicate`` (the URN that LinkedIn named then), ``revoked_at`` (see
`errors`).
"""

from collections.abc import Sequence
from datetime import timedelta

import httpx

from minutehand.platforms.linkedin import bodies, rules
from minutehand.platforms.linkedin.errors import Call, Duplicate, permalink, refusal
from minutehand.platforms.linkedin.listing import Hidden, Listing, comment_urn
from minutehand.platforms.linkedin.service import Service, encoded
from minutehand.platforms.linkedin.uploads import OutOfTime, Owner, Uploads
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    PublishError,
    Rejected,
    Transient,
    Unanswerable,
)

REPLAY_AFTER = timedelta(seconds=20)
"""By then a call that was cut off has done at LinkedIn whatever it does."""
REPLAY_WITHIN = timedelta(minutes=30)
"""LinkedIn does not say how long it recognises a repeated post."""
SETTLED_AFTER = timedelta(minutes=2)
"""By then a comment that was made is listed."""
CHECK_AFTER = timedelta(seconds=3)
POST, COMMENT = Call("the post", publishing=True), Call("the comment", publishing=True)


class LinkedIn:
    """Implements `minutehand.platforms.port.Adapter`.

    Options: ``organization`` (post as this page instead of as the connected account), ``visibility``,
    ``disableReshare``, ``title`` (of a single image or video), ``article`` (a link card: url, title, description).
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._service = Service(client)
        self._uploads = Uploads(self._service, media)
        self._listing = Listing(self._service)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        if broken := rules.problems(content, media):
            raise Rejected("invalid_content", " ".join(broken))
        author = self._author(content, account, attempt)
        owner = Owner(author, account, attempt)
        try:
            urns = [self._uploads.uploaded(position, medium, owner) for position, medium in enumerate(media)]
        except OutOfTime:
            return Processing(timedelta(0))
        if not all(self._uploads.is_ready(position, medium, owner) for position, medium in enumerate(media)):
            return Processing(CHECK_AFTER)
        request = self._request(content, author, urns, account)
        attempt.arm(author=author, media=",".join(urns))
        reply = self._service.publish(request, attempt)
        call = COMMENT if content.reply_to else POST
        if not reply.ok:
            raise refusal(reply, call, account, attempt)
        urn = _comment_in(reply.fields, content) if content.reply_to else reply.headers.get("x-restli-id")
        if not urn:
            raise InDoubt("unexpected_answer", "LinkedIn gave an answer that makes no sense.")
        return Published(urn, permalink(urn))

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: uploads are in the checkpoint, so publishing goes on where it stopped."""
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`.

        Where we may read, the post is looked for. Where it is not found, or we may not, the call is repeated once.
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
            return Unanswerable("LinkedIn does not show us all comments, to see whether ours is there. Please look.")
        if urn is not None:
            return Published(urn, permalink(urn))
        if attempt.now() - since < SETTLED_AFTER:
            raise Transient("not_listed", "LinkedIn does not list the comment yet.")
        return NotPublished()

    def _replay(
        self, content: Content, author: str, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        since = attempt.armed_at or attempt.now()
        age = attempt.now() - since
        if urn := attempt.checkpoint.get("duplicate"):
            return self._already_there(urn, account, attempt)
        if attempt.checkpoint.get("replayed"):
            return Unanswerable("LinkedIn did not answer when the post was sent, nor when asked again. Please look.")
        if not content.text.strip() or age > REPLAY_WITHIN:
            return Unanswerable("LinkedIn cannot say whether it has the post. Please look there.")
        if age < REPLAY_AFTER:
            raise Transient("settling", "LinkedIn may still be at work on the post.")
        if not attempt.may_send():
            raise Transient("may_not_be_sent", "LinkedIn does not list the post, which may not be sent again just now.")
        urns = [urn for urn in attempt.checkpoint.get("media", "").split(",") if urn]
        attempt.save(replayed=attempt.now().isoformat())
        try:
            reply = self._service.publish(self._request(content, author, urns, account), attempt)
            if not reply.ok:
                raise refusal(reply, POST, account, attempt)
        except Duplicate as duplicate:
            attempt.save(duplicate=duplicate.urn or "")
            return self._already_there(duplicate.urn, account, attempt)
        except InDoubt as error:
            raise Transient(error.code, error.reason) from error
        except PublishError:
            # It was not taken: nothing was repeated, and it may be repeated later.
            attempt.save(replayed="")
            raise
        urn = reply.headers.get("x-restli-id")
        if not urn:
            raise Transient("unexpected_answer", "LinkedIn gave an answer that makes no sense.")
        return Published(urn, permalink(urn))

    def _already_there(self, urn: str | None, account: Account, attempt: Attempt) -> Published | Unanswerable:
        if urn is None:
            return Unanswerable("LinkedIn has the post already, but does not say where. Please look there.")
        try:
            ours = self._listing.is_ours(urn, attempt.armed_at or attempt.now(), account, attempt)
        except Hidden:
            ours = True  # nothing else can be learned, and LinkedIn has named it
        if ours and attempt.recognise(urn):
            return Published(urn, permalink(urn))
        seen = "does not show it" if ours is None else "an older one is meant"
        return Unanswerable(f"LinkedIn has the post already ({permalink(urn)}), but {seen}. Please look there.")

    def _author(self, content: Content, account: Account, attempt: Attempt) -> str:
        organisation = rules.ORGANISATION.fullmatch(str(content.options.get("organization", "")))
        if organisation is not None:
            return f"urn:li:organization:{organisation[1]}"
        if account.account_id:
            return account.account_id if account.account_id.startswith("urn:li:") else _person(account.account_id)
        reply = self._service.get("/v2/userinfo", account, attempt)
        if not reply.ok:
            raise refusal(reply, Call("the post"), account, attempt)
        subject = reply.fields.get("sub")
        if not isinstance(subject, str):
            raise Transient("unexpected_answer", "LinkedIn gave an answer about the account that makes no sense.")
        return _person(subject)

    def _request(self, content: Content, author: str, urns: Sequence[str], account: Account) -> httpx.Request:
        if content.reply_to is None:
            return self._service.request("/rest/posts", bodies.post(content, author, urns), account)
        path = f"/rest/socialActions/{encoded(content.reply_to)}/comments"
        return self._service.request(path, bodies.comment(content, author, urns), account)


def _comment_in(fields: object, content: Content) -> str | None:
    return comment_urn(fields, bodies.commented(content.reply_to or "")) if isinstance(fields, dict) else None


def _person(subject: str) -> str:
    return f"urn:li:person:{subject}"


adapter = LinkedIn

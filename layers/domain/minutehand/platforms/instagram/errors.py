"""What Instagram's errors mean, beside those of every platform on the Graph API.

Source: Instagram Platform, "Error codes". A container that failed names one of the same subcodes in its ``status``.
"""

import re

from minutehand.platforms.exchange import sanitize
from minutehand.platforms.meta.errors import GRAPH, SERVER_PROBLEM, Kind, Table, Verdict
from minutehand.platforms.port import PublishError, Rejected, Transient

CONTAINER_GONE = Verdict(Kind.STALE_HANDLE, "container_gone", "What was prepared on {name} is not there any more.")
FETCH_AGAIN = Verdict(Kind.NOT_READY, "media_failed", "{name} could not fetch or process the media.")
IN_THEIR_WORDS = Verdict(Kind.REJECTED, "invalid_content")


def _refused(code: str, sentence: str) -> Verdict:
    return Verdict(Kind.REJECTED, code, sentence)


ERRORS = GRAPH | Table(
    by_code={
        24: CONTAINER_GONE,
        9004: _refused("media_unavailable", "{name} could not fetch the media from its address."),
        9007: Verdict(Kind.NOT_READY, "media_processing", "{name} has not finished with the media yet."),
        352: _refused("media_refused", "{name} does not take this video: its format is not supported."),
        36_000: _refused("media_too_large", "{name} does not take this image: it is larger than 8 MB."),
        36_001: _refused("media_refused", "{name} does not take this image: its format is not supported."),
        36_003: _refused("media_refused", "{name} does not take this image: its aspect ratio is not supported."),
        36_004: _refused("invalid_content", "{name} says that the caption is too long."),
    },
    by_subcode={
        2_207_001: SERVER_PROBLEM,
        2_207_003: FETCH_AGAIN,
        2_207_004: _refused("media_too_large", "{name} does not take this image: it is larger than 8 MB."),
        2_207_005: _refused("media_refused", "{name} does not take this image: its format is not supported."),
        2_207_006: CONTAINER_GONE,
        2_207_008: CONTAINER_GONE,
        2_207_009: _refused("media_refused", "{name} does not take this image: its aspect ratio is not supported."),
        2_207_010: _refused("invalid_content", "{name} says that the caption is too long."),
        2_207_020: CONTAINER_GONE,
        2_207_023: IN_THEIR_WORDS,
        2_207_026: _refused("media_refused", "{name} does not take this video: its format is not supported."),
        2_207_027: Verdict(Kind.NOT_READY, "media_processing", "{name} has not finished with the media yet."),
        2_207_028: IN_THEIR_WORDS,
        2_207_032: FETCH_AGAIN,
        **dict.fromkeys((2_207_035, 2_207_036, 2_207_037, 2_207_040), IN_THEIR_WORDS),
        2_207_042: Verdict(Kind.QUOTA, "daily_limit", "{name} allows no more posts in these 24 hours."),
        2_207_050: _refused("account_restricted", "{name} has restricted the account. Log in there to see why."),
        2_207_051: _refused(
            "account_restricted", "{name} takes this for spam and does not let the account post just now."
        ),
        2_207_052: _refused("media_unavailable", "{name} could not fetch the media from its address."),
        2_207_053: FETCH_AGAIN,
        2_207_077: FETCH_AGAIN,
        2_207_081: _refused("invalid_content", "{name} does not offer trial reels to this account."),
        2_207_082: FETCH_AGAIN,
    },
)


def media_failure(status: str) -> PublishError:
    """Return what the ``status`` of a container in state ERROR means; one without a known subcode is tried again."""
    found = re.search(r"\b2207\d{3}\b", status)
    verdict = ERRORS.by_subcode.get(int(found[0])) if found else None
    if verdict is None or verdict.kind is not Kind.REJECTED:
        return Transient("media_failed", FETCH_AGAIN.sentence.format(name="Instagram"))
    sentence = verdict.sentence.format(name="Instagram") or f"Instagram refused the media: {sanitize(status, {})}"
    return Rejected(verdict.code, sentence)

"""What Facebook's errors mean, beside those of every platform on the Graph API."""

from minutehand.platforms.meta.errors import GRAPH, SERVER_PROBLEM, THROTTLED, Kind, Table, Verdict


def _refused(code: str, sentence: str) -> Verdict:
    return Verdict(Kind.REJECTED, code, sentence)


LINK_NOT_READ = "link_not_read"
"""The code of a refusal because no preview of the link could be made."""
DUPLICATE = Verdict(Kind.DUPLICATE, "duplicate", "{name} says that the same was posted already.")
UPLOAD_LOST = Verdict(Kind.STALE_HANDLE, "upload_lost", "{name} does not go on with the upload of the video.")
ACCOUNT = "The {name} account has to be looked after first: "

ERRORS = GRAPH | Table(
    by_code={506: DUPLICATE, 1_609_005: _refused(LINK_NOT_READ, "{name} could not read the page behind the link.")},
    by_subcode={
        1_363_037: UPLOAD_LOST,  # a wrong offset; the right one comes along
        1_363_047: SERVER_PROBLEM,
        1_609_010: SERVER_PROBLEM,
        1_390_008: THROTTLED,
        1_366_051: DUPLICATE,
        1_366_046: _refused("media_refused", "{name} does not take this image: too large, or neither JPEG nor PNG."),
        2_069_019: _refused("media_refused", "{name} does not take this file."),
        2_061_006: _refused("invalid_content", "{name} says that an address in the post is not valid."),
        1_609_005: _refused(LINK_NOT_READ, "{name} could not read the page behind the link."),
        1_609_008: _refused("invalid_content", "{name} does not take links to Facebook itself."),
        1_346_003: _refused("content_refused", "{name} takes the content for abusive."),
        1_404_102: _refused("content_refused", "{name} says that the content breaks its community standards."),
        1_349_125: _refused("invalid_content", "{name} says that the content is not valid."),
        1_404_006: _refused("account_restricted", ACCOUNT + "a security check is waiting there."),
        1_404_078: _refused("account_restricted", ACCOUNT + "it has to be authorised to publish there."),
        1_404_112: _refused("account_restricted", ACCOUNT + "it is limited for the time being."),
        4_854_002: _refused("account_restricted", ACCOUNT + "the owner's identity has to be confirmed there."),
    },
)

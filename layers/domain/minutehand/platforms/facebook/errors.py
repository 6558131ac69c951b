"""Facebook's own error codes, in addition to the codes that all platforms on the Graph API share."""

from minutehand.platforms.error_table import INTERNAL_ERROR, Meaning
from minutehand.platforms.meta.errors import THROTTLED, Duplicate, StaleHandle, graph_errors
from minutehand.platforms.meta.media_errors import MEDIA_UNAVAILABLE
from minutehand.platforms.port import Rejected


def _refused(code: str, sentence: str) -> Meaning:
    return Meaning(Rejected, code, sentence)


LINK_NOT_READ = "link_not_read"
"""The error code for a post that Facebook refused because it could not create a preview of the link."""
LINK_UNREADABLE = _refused(LINK_NOT_READ, "{name} could not read the page behind the link. Check the link.")
DUPLICATE = Meaning(
    Duplicate, "duplicate", "{name} reports that the same content was posted before. Change the content."
)
UPLOAD_LOST = Meaning(StaleHandle, "upload_lost", "{name} could not continue the video's upload.")

ERRORS = graph_errors(
    "Facebook",
    by_code={324: MEDIA_UNAVAILABLE, 389: MEDIA_UNAVAILABLE, 506: DUPLICATE, 1_609_005: LINK_UNREADABLE},
    by_subcode={
        1_363_019: UPLOAD_LOST,
        1_363_030: UPLOAD_LOST,
        1_363_037: UPLOAD_LOST,  # The offset was wrong. The error's details contain the expected offset.
        1_363_047: INTERNAL_ERROR,
        1_609_010: INTERNAL_ERROR,
        1_390_008: THROTTLED,
        1_366_051: DUPLICATE,
        1_366_046: _refused(
            "media_refused",
            "{name} refused an image because of its size or format. Use a JPEG or PNG image of less than 4 MB.",
        ),
        2_069_019: _refused("media_refused", "{name} refused a file: its format is not supported. Use another file."),
        2_061_006: _refused("invalid_content", "{name} reports that a URL in the post is not valid. Correct the URL."),
        1_609_005: LINK_UNREADABLE,
        1_609_008: _refused("invalid_content", "{name} does not accept links to Facebook. Remove the link."),
        1_346_003: _refused("content_refused", "{name} classified the content as abusive. Change the content."),
        1_404_102: _refused(
            "content_refused", "{name} reports that the content violates its Community Standards. Change the content."
        ),
        1_349_125: _refused("invalid_content", "{name} reports that the content is not valid. Change the content."),
        1_404_006: _refused(
            "account_restricted", "The {name} account has to pass a security check. Complete it on {name}."
        ),
        1_404_078: _refused(
            "account_restricted", "The {name} account is not authorised to publish. Request authorisation on {name}."
        ),
        1_404_112: _refused("account_restricted", "{name} has temporarily limited the account. Check it on {name}."),
        4_854_002: _refused("account_restricted", "{name} requires the owner to confirm their identity on {name}."),
    },
)

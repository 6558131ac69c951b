"""The progress of a video on Facebook: upload, processing, publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

from minutehand.platforms.exchange import sanitize

SITE = "https://www.facebook.com"
PHASES = ("uploading_phase", "processing_phase", "publishing_phase")


class Stage(Enum):
    """The stages of a video."""

    UPLOADING = auto()
    UPLOADED = auto()
    """The upload is complete, and nothing indicates that Facebook has received the publish call."""
    PROCESSING = auto()
    PUBLISHED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """The stage of a video, the reason that Facebook gives for a failure, and the permalink of a published video."""

    stage: Stage
    failure: str = ""
    permalink: str | None = None

    @classmethod
    def parse(cls, video: Mapping[str, Any], secrets: Mapping[str, str]) -> Self:
        """Read ``{"status": {"video_status": ..., "<phase>": {"status": ...}}, "permalink_url": ...}``.

        ``secrets`` are removed from Facebook's reason for a failure.
        """
        status = _object(video, "status")
        upload, processing, publishing = (_object(status, name).get("status") for name in PHASES)
        link = video.get("permalink_url")
        permalink = (SITE + link if link.startswith("/") else link) if isinstance(link, str) else None
        video_status = status.get("video_status")
        if video_status == "error" or "error" in (upload, processing, publishing):
            return cls(Stage.FAILED, _failure(status, secrets))
        if publishing == "complete" or (video_status == "ready" and publishing is None):
            return cls(Stage.PUBLISHED, permalink=permalink)
        if publishing == "in_progress" or processing == "in_progress":
            return cls(Stage.PROCESSING)
        if upload == "complete" or video_status in ("upload_complete", "ready"):
            return cls(Stage.UPLOADED)
        return cls(Stage.UPLOADING)


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def _failure(status: Mapping[str, Any], secrets: Mapping[str, str]) -> str:
    for name in PHASES:
        errors = _object(status, name).get("errors")
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, Mapping) and (said := sanitize(error.get("message"), secrets)):
                return said
    return "Facebook gave no reason."

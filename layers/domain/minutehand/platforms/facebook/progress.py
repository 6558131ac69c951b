"""The progress of a video on Facebook: upload, processing, publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

from minutehand.platforms.exchange import sanitize

SITE = "https://www.facebook.com"
PHASES = ("uploading_phase", "processing_phase", "publishing_phase")
NO_REASON = "Facebook gave no reason."


class Stage(Enum):
    """The stages in which Facebook receives, processes and publishes a video."""

    UPLOADING = auto()
    UPLOADED = auto()
    """The upload is complete, and nothing indicates that Facebook has received the publish call."""
    PROCESSING = auto()
    PUBLISHED = auto()
    FAILED = auto()
    """Facebook does not accept the video."""
    LOST = auto()
    """The upload failed or expired. A new upload may succeed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The stage of a video, the reason that Facebook gives for a failure, and the permalink of a published video."""

    stage: Stage
    failure: str = ""
    permalink: str | None = None

    @classmethod
    def parse(cls, video: Mapping[str, Any], secrets: Mapping[str, str], *, finished: bool) -> Self:
        """Parse ``{"status": {"video_status": ..., "<phase>": {"status": ...}}, "permalink_url": ...}``.

        ``secrets`` are removed from Facebook's reason for a failure. ``finished``: whether the finish call may have
        been made. Before that call, the status ``ready`` means only that the video can be published. Source: Video API,
        "Reels publishing" (2026-07-30), "Get the upload status".
        """
        status = _object(video, "status")
        upload, processing, publishing = (_object(status, name) for name in PHASES)
        link = video.get("permalink_url")
        permalink = (SITE + link if link.startswith("/") else link) if isinstance(link, str) else None
        video_status = status.get("video_status")
        if _is_published(video_status, publishing, finished=finished):
            return cls(Stage.PUBLISHED, permalink=permalink)
        if video_status in ("upload_failed", "expired"):
            return cls(Stage.LOST)
        if (failure := _failure(status, secrets)) or video_status == "error":
            return cls(Stage.FAILED, failure or NO_REASON)
        if "in_progress" in (publishing.get("status"), processing.get("status")):
            return cls(Stage.PROCESSING)
        if upload.get("status") == "complete" or video_status in ("upload_complete", "ready"):
            return cls(Stage.UPLOADED)
        return cls(Stage.UPLOADING)


def _is_published(video_status: Any, publishing: Mapping[str, Any], *, finished: bool) -> bool:
    if publishing.get("publish_status") not in (None, "published"):
        return False  # a draft, or scheduled
    if publishing.get("status") is None and publishing.get("publish_status") is None:
        return finished and video_status == "ready"
    return publishing.get("status") == "complete" or publishing.get("publish_status") == "published"


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def _failure(status: Mapping[str, Any], secrets: Mapping[str, str]) -> str:
    """Return Facebook's reason for the failure of a phase, or an empty string if no phase failed.

    A phase that failed has the status ``error``, a list ``errors`` or an object ``error``.
    """
    failed = False
    for name in PHASES:
        phase = _object(status, name)
        listed = phase.get("errors")
        errors = [*(listed if isinstance(listed, list) else ()), phase.get("error")]
        found = [error for error in errors if isinstance(error, Mapping)]
        for error in found:
            if said := sanitize(error.get("message"), secrets):
                return said
        failed = failed or bool(found) or phase.get("status") == "error"
    return NO_REASON if failed else ""

"""How far Facebook is with a video."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

from minutehand.platforms.exchange import sanitize

SITE = "https://www.facebook.com"
PHASES = ("uploading_phase", "processing_phase", "publishing_phase")


class Stage(Enum):
    """What is done of: upload, told to publish, digested, published."""

    UPLOADING = auto()
    UPLOADED = auto()
    """Nothing shows that Facebook was told to publish it."""
    DIGESTING = auto()
    PUBLISHED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """``why`` it failed, in Facebook's words; ``permalink`` once there is one."""

    stage: Stage
    why: str = ""
    permalink: str | None = None

    @classmethod
    def of(cls, video: Mapping[str, Any], secrets: Mapping[str, str]) -> Self:
        """Read ``{"status": {"video_status": ..., "<phase>": {"status": ...}}, "permalink_url": ...}``."""
        status = _part(video, "status")
        upload, work, publishing = (_part(status, name).get("status") for name in PHASES)
        link = video.get("permalink_url")
        permalink = (SITE + link if link.startswith("/") else link) if isinstance(link, str) else None
        video_status = status.get("video_status")
        if video_status == "error" or "error" in (upload, work, publishing):
            return cls(Stage.FAILED, _why(status, secrets))
        if publishing == "complete" or (video_status == "ready" and publishing is None):
            return cls(Stage.PUBLISHED, permalink=permalink)
        if publishing == "in_progress" or work == "in_progress":
            return cls(Stage.DIGESTING)
        if upload == "complete" or video_status in ("upload_complete", "ready"):
            return cls(Stage.UPLOADED)
        return cls(Stage.UPLOADING)


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, Mapping) else {}


def _why(status: Mapping[str, Any], secrets: Mapping[str, str]) -> str:
    for name in PHASES:
        errors = _part(status, name).get("errors")
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, Mapping) and (said := sanitize(error.get("message"), secrets)):
                return said
    return "it does not say why."

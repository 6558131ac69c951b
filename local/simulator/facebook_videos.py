"""The videos of a Facebook Page: started, filled with pieces or fetched, finished, digested."""

from collections.abc import Mapping
from typing import Any

from local.simulator.faults import Faults
from local.simulator.graph_api import GraphError
from local.simulator.state import State

CHUNK_BYTES = 4 * 1024 * 1024


class PageVideos:
    """Every video that was begun, by its id. Those of a feed have a session of the same number."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def start(self, account: Mapping[str, str], kind: str, size: int) -> str:
        """Begin one, and return its id."""
        video_id = f"70{self._state.next_id()}"
        self._all()[video_id] = {
            "account": account["id"],
            "kind": kind,
            "size": size,
            "received": 0,
            "url": "",
            "details": None,
            "polls_left": 0,
            "failed": False,
        }
        self._state.mark_changed()
        return video_id

    def knows(self, video_id: str) -> bool:
        """Say whether there is such a video."""
        return video_id in self._all()

    def wanted(self, video_id: str) -> dict[str, str]:
        """Return what piece is wanted next; an empty one when all is there."""
        video = self._all()[video_id]
        start, size = video["received"], video["size"]
        return {"start_offset": str(start), "end_offset": str(min(start + CHUNK_BYTES, size))}

    def receive(self, video_id: str, account: Mapping[str, str], offset: int, piece: bytes) -> dict[str, str]:
        """Take a piece in; one that is not wanted is refused, and the right offsets are told."""
        video = self.of(video_id, account)
        if offset != video["received"] or len(piece) > CHUNK_BYTES:
            raise GraphError(6001, "The video upload offset is invalid", 1_363_037, data=self.wanted(video_id))
        self._state.media.add(video_id, video["received"], piece)
        video["received"] += len(piece)
        if video["received"] == video["size"]:
            self._state.media.finish(video_id, "video/mp4", video["size"])
        self._state.mark_changed()
        return self.wanted(video_id)

    def fetch(self, video_id: str, account: Mapping[str, str], url: str) -> None:
        """Take in what is at ``url``; its bytes are nobody's business here."""
        self.of(video_id, account)["url"] = url
        self._state.mark_changed()

    def finish(self, video_id: str, account: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """Publish one; a second time changes nothing."""
        video = self.of(video_id, account)
        if not self._is_uploaded(video):
            raise GraphError(6000, "The video upload is not complete", 1_363_019)
        if video["details"] is not None:
            return
        kinds = frozenset({"processing", "media_error"})
        fault = self._faults.take("facebook", "video_finish", publishing=True, kinds=kinds)
        video["details"] = dict(fields)
        video["polls_left"] = fault.polls if fault and fault.kind == "processing" else 0
        video["failed"] = fault is not None and fault.kind == "media_error"
        self._state.mark_changed()

    def look(self, video_id: str, account: Mapping[str, str]) -> dict[str, Any]:
        """Return how far one is; each look brings one that is digested a step further."""
        video = self.of(video_id, account)
        if video["details"] is None:
            there = self._is_uploaded(video)
            return _status("upload_complete" if there else "uploading", "complete" if there else "in_progress")
        if video["failed"]:
            why = {"code": 1_363_026, "message": "The video file is corrupted."}
            status = _status("error", "complete", "error")
            return status | {"processing_phase": {"status": "error", "errors": [why]}}
        if video["polls_left"]:
            video["polls_left"] -= 1
            return _status("processing", "complete", "in_progress")
        return _status("ready", "complete", "complete", "complete")

    def is_out(self, video_id: str) -> bool:
        """Say whether one is published and digested."""
        video = self._all()[video_id]
        return video["details"] is not None and not video["polls_left"] and not video["failed"]

    def of(self, video_id: str, account: Mapping[str, str]) -> dict[str, Any]:
        """Return one of an account's videos."""
        video: dict[str, Any] | None = self._all().get(video_id)
        if video is None or video["account"] != account["id"]:
            raise GraphError(100, f"Unsupported request. Object with ID '{video_id}' does not exist", 33)
        return video

    def _is_uploaded(self, video: Mapping[str, Any]) -> bool:
        return bool(video["url"]) or 0 < video["size"] == video["received"]

    def _all(self) -> dict[str, Any]:
        return self._state.collection("facebook", "videos")


def _status(
    video: str, uploading: str, processing: str = "not_started", publishing: str = "not_started"
) -> dict[str, Any]:
    return {
        "video_status": video,
        "uploading_phase": {"status": uploading},
        "processing_phase": {"status": processing},
        "publishing_phase": {"status": publishing},
    }

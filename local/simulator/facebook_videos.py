"""The videos of Facebook Pages. An upload is started, and the file is sent in chunks or by URL. Then the video is
published and processed.

The format of the status comes from Meta's documentation: Video API, "Reels publishing" (2026-07-30). Meta does not
document the status of a feed video before its finish call, so the simulated status shows no progress until then.
"""

from collections.abc import Mapping
from typing import Any

from local.simulator.faults import Faults
from local.simulator.graph_api import GraphError
from local.simulator.state import State

CHUNK_BYTES = 4 * 1024 * 1024


class PageVideos:
    """The videos of all Pages, keyed by id. The upload session of a video in the feed has the same id as the video."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def start(self, account: Mapping[str, str], kind: str, size: int) -> str:
        """Start the upload of a video, and return the id of the video."""
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
            "lost": False,
            "published_at": 0,
        }
        self._state.mark_changed()
        return video_id

    def next_chunk(self, video_id: str) -> dict[str, str]:
        """Return the start and end offsets of the next chunk. The offsets are equal when the upload is complete."""
        video = self._all()[video_id]
        start, size = video["received"], video["size"]
        return {"start_offset": str(start), "end_offset": str(min(start + CHUNK_BYTES, size))}

    def receive(self, video_id: str, account: Mapping[str, str], offset: int, chunk: bytes) -> dict[str, str]:
        """Store a chunk and return the offsets of the next chunk. Reject a chunk at an unexpected offset."""
        video = self.find(video_id, account)
        if offset != video["received"] or len(chunk) > CHUNK_BYTES:
            raise GraphError(6001, "The video upload offset is invalid", 1_363_037, data=self.next_chunk(video_id))
        self._state.media.add_chunk(video_id, video["received"], chunk)
        video["received"] += len(chunk)
        if video["received"] == video["size"]:
            self._state.media.finish_upload(video_id, "video/mp4", video["size"])
        self._state.mark_changed()
        return self.next_chunk(video_id)

    def fetch(self, video_id: str, account: Mapping[str, str], url: str) -> None:
        """Record the URL of a video. The content of the video does not matter here."""
        video = self.find(video_id, account)
        if self._faults.take("facebook", "video_fetch", publishing=False, kinds=frozenset({"fetch_error"})):
            video["lost"] = True
            return
        video["url"] = url
        self._state.mark_changed()

    def finish(self, video_id: str, account: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """Publish a video. A second call changes nothing."""
        video = self.find(video_id, account)
        if not self._is_uploaded(video):
            raise GraphError(6000, "The video upload is not complete", 1_363_019)
        if video["details"] is not None:
            return
        kinds = frozenset({"processing", "media_error"})
        fault = self._faults.take("facebook", "video_finish", publishing=True, kinds=kinds)
        video["details"] = dict(fields)
        video["published_at"] = int(self._state.now().timestamp())
        video["polls_left"] = fault.polls if fault and fault.kind == "processing" else 0
        video["failed"] = fault is not None and fault.kind == "media_error"
        self._state.mark_changed()

    def status(self, video_id: str, account: Mapping[str, str]) -> dict[str, Any]:
        """Return the status of a video. If the video is processing, each call advances the processing."""
        video = self.find(video_id, account)
        if video["details"] is None and video["lost"]:
            return _status("upload_failed", "error")
        if video["details"] is None and video["kind"] == "feed":
            return _status("processing", "not_started")
        if video["details"] is None:
            uploaded = self._is_uploaded(video)
            return _status("upload_complete" if uploaded else "processing", "complete" if uploaded else "in_progress")
        if video["failed"] and video["kind"] == "feed":
            error = {"code": 1_363_026, "message": "The video file is corrupted."}
            status = _status("error", "complete", "error")
            return status | {"processing_phase": {"status": "error", "errors": [error]}}
        if video["failed"]:
            status = _status("processing", "complete")
            return status | {
                "processing_phase": {"status": "not_started", "error": {"message": "The video file is corrupted."}}
            }
        if video["polls_left"]:
            video["polls_left"] -= 1
            return _status("processing", "complete", "in_progress")
        status = _status("ready", "complete", "complete", "complete")
        published = {"publish_status": "published", "publish_time": video["published_at"]}
        return status | {"publishing_phase": status["publishing_phase"] | published}

    def is_published(self, video_id: str) -> bool:
        """Return whether a video is published and processed."""
        video = self._all()[video_id]
        return video["details"] is not None and not video["polls_left"] and not video["failed"]

    def find(self, video_id: str, account: Mapping[str, str]) -> dict[str, Any]:
        """Return a video of an account. Raise `GraphError` if the account has no such video."""
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

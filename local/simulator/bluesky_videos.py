"""The simulated video service of Bluesky, whose XRPC calls have the base address of the simulated PDS.

A token from ``com.atproto.server.getServiceAuth`` authorizes each call except ``getJobStatus``. A processed video
differs from the uploaded video, so its blob has another CID. The timeline shows the uploaded video.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.bluesky_xrpc import PREFIX, XrpcError, XrpcServer, content_cid, json_body
from local.simulator.state import iso

UPLOAD_BLOB = "com.atproto.repo.uploadBlob"
CHUNK_BYTES = 8 * 1024 * 1024
UPLOAD_LIFETIME = timedelta(hours=1)
MAX_VIDEO_BYTES, MAX_SECONDS = 300_000_000, 600
MAX_DAILY_VIDEOS, MAX_DAILY_BYTES = 25, 10_000_000_000


class VideoService(XrpcServer):
    """The XRPC calls of the video service."""

    def routes(self) -> list[Route]:
        """Return the XRPC endpoints of the service."""
        calls = {
            "getUploadLimits": ("GET", self.limits),
            "startUpload": ("POST", self.start),
            "uploadPart": ("POST", self.chunk),
            "finishUpload": ("POST", self.finish),
            "getJobStatus": ("GET", self.job_status),
        }
        routes = []
        for step, (method, handler) in calls.items():
            endpoint = self._faults.wrap("bluesky", step, self, self._checked(handler))
            routes.append(Route(f"{PREFIX}/xrpc/app.bsky.video.{step}", endpoint, methods=[method]))
        return routes

    def expired(self) -> Response:
        """Return the error response for an expired token, with HTTP status 401."""
        return JSONResponse({"error": "JwtExpired", "message": "jwt expired"}, status_code=401)

    async def limits(self, request: Request) -> Mapping[str, Any]:
        """Return the numbers of videos and of bytes that an account may upload in a day."""
        self._require_token(request, "app.bsky.video.getUploadLimits")
        return {
            "canUpload": True,
            "remainingDailyVideos": MAX_DAILY_VIDEOS,
            "remainingDailyBytes": MAX_DAILY_BYTES,
        }

    async def start(self, request: Request) -> Mapping[str, Any]:
        """Start an upload in chunks."""
        did, body = self._require_token(request, UPLOAD_BLOB), await json_body(request)
        size = body["sizeBytes"]
        if body["mimeType"] != "video/mp4":
            raise XrpcError(400, "UnsupportedContentType", "The MIME type is not supported")
        if size > MAX_VIDEO_BYTES:
            raise XrpcError(400, "VideoTooLarge", "The video is too large")
        if body.get("durationMs", 0) > MAX_SECONDS * 1_000:
            raise XrpcError(400, "VideoTooLong", "The video is too long")
        upload_id, expires = str(self._state.next_id()), self._state.now() + UPLOAD_LIFETIME
        upload = {"did": did, "size": size, "chunks": {}, "job": None, "expires": expires.timestamp()}
        self._uploads()[upload_id] = upload
        self._state.mark_changed()
        count = -(-size // CHUNK_BYTES)
        return {"jobId": upload_id, "partSizeBytes": CHUNK_BYTES, "partCount": count, "expiresAt": iso(expires)}

    async def chunk(self, request: Request) -> Mapping[str, Any]:
        """Store a chunk. Replace any earlier chunk with the same number."""
        upload_id, number = request.query_params["jobId"], int(request.query_params["partNumber"])
        upload = self._owned(upload_id, self._require_token(request, UPLOAD_BLOB))
        if upload["job"] is not None:
            raise XrpcError(400, "UploadAlreadyCompleted", "The upload is complete")
        expected = min(CHUNK_BYTES, upload["size"] - (number - 1) * CHUNK_BYTES)
        if expected <= 0:
            raise XrpcError(400, "InvalidPartNumber", "The part number is not valid")
        content = await request.body()
        if len(content) != expected:
            raise XrpcError(400, "PartSizeMismatch", "The part has another size")
        upload["chunks"][str(number)] = hashlib.sha256(content).hexdigest()
        self._state.media.add_chunk(_link(upload_id), number, content)
        self._state.mark_changed()
        return {"partNumber": number, "sizeBytes": len(content)}

    async def finish(self, request: Request) -> Mapping[str, Any]:
        """Join the chunks and start to process the video. Repeated calls return the same job.

        If an earlier upload of the same video by the account is already processed, return the job of that upload.
        """
        upload_id = (await json_body(request))["jobId"]
        upload = self._owned(upload_id, self._require_token(request, UPLOAD_BLOB))
        count = -(-upload["size"] // CHUNK_BYTES)
        missing = [number for number in range(1, count + 1) if str(number) not in upload["chunks"]]
        if missing:
            raise XrpcError(400, "MissingParts", f"Missing parts: {missing}")
        if upload["job"] is None:
            upload["job"] = self._earlier_job(upload) or self._new_job(upload_id, upload)
        self._state.mark_changed()
        return {"completedJobId": upload["job"], "jobStatus": self._status(upload["job"])}

    async def job_status(self, request: Request) -> Mapping[str, Any]:
        """Return the status of a job. No token is required."""
        job = self._jobs().get(request.query_params["jobId"])
        if job is None:
            raise XrpcError(404, "NotFound", "job not found")
        if job["state"] not in ("JOB_STATE_COMPLETED", "JOB_STATE_FAILED"):
            if job["polls_left"]:
                job["polls_left"] -= 1
                job["state"] = "JOB_STATE_ENCODING"
            else:
                job["state"] = "JOB_STATE_FAILED" if job["fails"] else "JOB_STATE_COMPLETED"
        self._state.mark_changed()
        return {"jobStatus": self._status(request.query_params["jobId"])}

    def _new_job(self, upload_id: str, upload: Mapping[str, Any]) -> str:
        delay = self._faults.take("bluesky", "finishUpload", publishing=False, kinds=frozenset({"processing"}))
        failure = self._faults.take("bluesky", "finishUpload", publishing=False, kinds=frozenset({"media_error"}))
        link = _link(upload_id)
        self._state.media.finish_upload(link, "video/mp4", upload["size"])
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": "video/mp4", "size": upload["size"]}
        self._jobs()[upload_id] = {
            "did": upload["did"],
            "chunks": upload["chunks"],
            "blob": blob,
            "state": "JOB_STATE_CREATED",
            "polls_left": delay.polls if delay else 0,
            "fails": failure is not None,
        }
        return upload_id

    def _earlier_job(self, upload: Mapping[str, Any]) -> str | None:
        for job_id, job in self._jobs().items():
            is_same = (job["did"], job["chunks"]) == (upload["did"], upload["chunks"])
            if is_same and job["state"] == "JOB_STATE_COMPLETED":
                job["repeated"] = True
                return str(job_id)
        return None

    def _status(self, job_id: str) -> Mapping[str, Any]:
        job = self._jobs()[job_id]
        status = {"jobId": job_id, "did": job["did"], "state": job["state"]}
        match job["state"]:
            case "JOB_STATE_COMPLETED":
                status["blob"] = job["blob"]
                if job.get("repeated"):
                    status |= {"error": "already_exists", "message": "Video already processed"}
            case "JOB_STATE_FAILED":
                status |= {"failureCode": "generic_failure", "error": "failed", "message": "Failed to process video"}
            case "JOB_STATE_ENCODING":
                status["progress"] = 50
        return status

    def _checked(self, handler: Any) -> Any:
        async def checked(request: Request) -> Any:
            if (problem := await self._specification.problem_in(request)) is not None:
                raise XrpcError(400, "InvalidRequest", problem)
            return await handler(request)

        return self._endpoint(checked)

    def _require_token(self, request: Request, method: str) -> str:
        """Return the DID of the account that may call ``method``. The token must name this host as its audience."""
        token = self._authenticate(request, "service")
        if token["lxm"] != method:
            raise XrpcError(401, "BadJwtLexiconMethod", "bad jwt lexicon method")
        if token["aud"] != f"did:web:{request.url.hostname}":
            raise XrpcError(401, "BadJwtAudience", "jwt audience does not match service did")
        return str(token["did"])

    def _owned(self, upload_id: str, did: str) -> dict[str, Any]:
        upload: dict[str, Any] | None = self._uploads().get(upload_id)
        if upload is None or upload["did"] != did:
            raise XrpcError(400, "UploadNotFound", "The upload is unknown")
        if upload["expires"] <= self._state.now().timestamp() and upload["job"] is None:
            raise XrpcError(400, "UploadExpired", "The upload has expired")
        return upload

    def _uploads(self) -> dict[str, Any]:
        return self._state.collection("bluesky", "uploads")

    def _jobs(self) -> dict[str, Any]:
        return self._state.collection("bluesky", "jobs")


def _link(upload_id: str) -> str:
    """Return the CID of the processed video of an upload."""
    return content_cid(0x55, f"processed {upload_id}".encode())

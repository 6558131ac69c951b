"""The simulated YouTube, with resumable uploads, videos, playlists, thumbnails and comments under /youtube."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience
from local.simulator.brands import Brand
from local.simulator.demo import Identity, Requirements
from local.simulator.faults import Faults, Handler
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/youtube"
API, UPLOAD = f"{PREFIX}/youtube/v3", f"{PREFIX}/upload/youtube/v3"
SESSION_LIFETIME = timedelta(days=7)
CHUNK_MULTIPLE = 256 * 1024
MAX_TITLE, MAX_DESCRIPTION_BYTES = 100, 5_000
THUMBNAIL_LIMIT = 50 * 1024 * 1024
COUNTRY = "DE"
"""The country of every channel."""
CATEGORIES = (("22", "People & Blogs", True), ("26", "Howto & Style", True), ("30", "Movies", False))
"""The id and the title of each category, and whether videos can be assigned to it."""
STATISTICS = {"viewCount": 1.0, "likeCount": 0.1, "commentCount": 0.03, "favoriteCount": 0.0}
LABELS = {"unlisted": "Unlisted", "private": "Private"}
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


class ApiError(Exception):
    """An error response in the format of YouTube."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "youtube.video") -> None:
        self.status, self.reason, self.domain = status, reason, domain
        super().__init__(message)


class YouTube:
    """The API of YouTube. Every static bearer token except ``wrong`` is valid and belongs to a channel."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def routes(self) -> list[Route]:
        """Return the endpoints of YouTube."""
        calls: list[tuple[str, str, str, Handler]] = [
            ("POST", f"{UPLOAD}/videos", "begin", self.begin),
            ("POST", f"{UPLOAD}/thumbnails/set", "thumbnail", self.thumbnail),
            ("GET", f"{API}/videos", "videos", self.videos),
            ("DELETE", f"{API}/videos", "delete", self.delete),
            ("GET", f"{API}/channels", "channels", self.channels),
            ("GET", f"{API}/videoCategories", "categories", self.categories),
            ("GET", f"{API}/playlistItems", "playlist", self.playlist),
            ("POST", f"{API}/commentThreads", "comment", self.comment),
            ("GET", f"{API}/commentThreads", "comments", self.comments),
        ]
        routes = [Route(path, self._step(step, handler), methods=[method]) for method, path, step, handler in calls]
        return [*routes, Route(f"{UPLOAD}/videos", self._session_endpoint(), methods=["PUT"])]

    def _step(self, step: str, handler: Handler) -> Handler:
        publishing = step in ("last_chunk", "comment")
        return self._faults.wrap("youtube", step, self, _endpoint(handler), publishing=publishing)

    def _session_endpoint(self) -> Handler:
        status, chunk = self._step("upload_status", self.upload_status), self._step("chunk", self.chunk)
        last = self._step("last_chunk", self.chunk)

        async def endpoint(request: Request) -> Response:
            start, end, size = _content_range(request)
            if start is None:
                return await status(request)
            return await (last if end + 1 == size else chunk)(request)

        return endpoint

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use a reason that YouTube does not
        document.
        """
        reason = "backendError" if status >= 500 else "somethingElse"
        return _envelope(ApiError(status, reason, "Something went sideways.", "global"))

    def rate_limited(self, seconds: float) -> Response:  # noqa: ARG002 - YouTube does not return the wait
        """Return HTTP status 403, as for an exhausted daily quota."""
        message = "The request cannot be completed because you have exceeded your quota."
        return _envelope(ApiError(403, "quotaExceeded", message, "youtube.quota"))

    def expired(self) -> Response:
        """Return an error response with HTTP status 401."""
        return _envelope(ApiError(401, "authError", "Invalid Credentials", "global"))

    # Endpoints.

    async def begin(self, request: Request) -> Response:
        """Start a resumable upload. Return the upload's URL in the Location header of an empty response."""
        channel, metadata = _authenticate(request), json.loads(await request.body())
        snippet = metadata.get("snippet", {})
        title, description = snippet.get("title", ""), snippet.get("description", "")
        if not 1 <= len(title) <= MAX_TITLE or set(title) & set("<>"):
            raise ApiError(400, "invalidTitle", "The request metadata specifies an invalid or empty video title.")
        if len(description.encode()) > MAX_DESCRIPTION_BYTES or set(description) & set("<>"):
            raise ApiError(400, "invalidDescription", "The request metadata specifies an invalid video description.")
        if metadata.get("status", {}).get("privacyStatus") not in ("public", "unlisted", "private"):
            raise ApiError(400, "invalidVideoMetadata", "The request metadata is invalid.")
        session = f"xa{self._state.next_id()}"
        self._sessions()[session] = {
            "channel": channel,
            "metadata": metadata,
            "notify": request.query_params.get("notifySubscribers"),
            "size": int(request.headers["x-upload-content-length"]),
            "received": 0,
            "checksum": 0,
            "video": None,
            "expires_at": (self._state.now() + SESSION_LIFETIME).timestamp(),
        }
        self._state.mark_changed()
        location = f"{request.url.replace(query='')}?uploadType=resumable&upload_id={session}"
        return Response(status_code=200, headers={"Location": location})

    async def upload_status(self, request: Request) -> Response:
        """Return the progress of an upload, or the video that the upload created."""
        _authenticate(request)
        return self._progress(self._session(request))

    async def chunk(self, request: Request) -> Response:
        """Store a chunk. The last chunk creates the video."""
        _authenticate(request)
        session, content = self._session(request), await request.body()
        start, end, size = _content_range(request)
        invalid = start is None or size != session["size"] or end + 1 - start != len(content)
        if invalid or (end + 1 < size and len(content) % CHUNK_MULTIPLE):
            raise ApiError(400, "badRequest", "Failed to parse Content-Range header.", "global")
        if start != session["received"]:
            return self._progress(session)
        upload = request.query_params["upload_id"]
        self._state.media.add_chunk(upload, session["received"], content)
        session["received"] += len(content)
        session["checksum"] = zlib.crc32(content, session["checksum"])
        if session["received"] == session["size"]:
            self._state.media.finish_upload(upload, "video/mp4", session["size"])
            session["video"] = self._publish(session, upload)
        self._state.mark_changed()
        return self._progress(session)

    async def videos(self, request: Request) -> Response:
        """Return the statistics of videos, or their status. A call for the status advances their processing."""
        _authenticate(request)
        found = [self._posts()[key] for key in request.query_params["id"].split(",") if key in self._posts()]
        if request.query_params["part"] == "statistics":
            audience = Audience(self._state, "youtube")
            counted = ((video["id"], audience.counts(f"youtube:{video['id']}", STATISTICS)) for video in found)
            items = [{"kind": "youtube#video", "id": key, "statistics": _as_text(counts)} for key, counts in counted]
            return JSONResponse({"kind": "youtube#videoListResponse", "items": items})
        items = [_resource(video) for video in found]
        for video in found:
            video["polls_left"] = max(video["polls_left"] - 1, 0)
        return JSONResponse({"kind": "youtube#videoListResponse", "items": items})

    async def delete(self, request: Request) -> Response:
        """Delete a video."""
        channel, video_id = _authenticate(request), request.query_params["id"]
        if self._posts().get(video_id, {}).get("channel") != channel:
            raise ApiError(404, "videoNotFound", "The video that you are trying to delete cannot be found.")
        del self._posts()[video_id]
        self._state.remove(f"youtube:{video_id}")
        return Response(status_code=204)

    async def thumbnail(self, request: Request) -> Response:
        """Set the thumbnail of a video."""
        _authenticate(request)
        video, content = self._posts().get(request.query_params["videoId"]), await request.body()
        if video is None:
            raise ApiError(404, "videoNotFound", "The video cannot be found.", "youtube.thumbnail")
        if len(content) > THUMBNAIL_LIMIT:
            raise ApiError(400, "mediaBodyRequired", "The image is too large.", "youtube.thumbnail")
        name = f"thumbnail-{video['id']}"
        self._state.media.store(name, request.headers["content-type"], content)
        video["thumbnail"] = f"/media/{name}"
        self._show(video)
        return JSONResponse(
            {"kind": "youtube#thumbnailSetResponse", "items": [{"default": {"url": video["thumbnail"]}}]}
        )

    async def channels(self, request: Request) -> Response:
        """Return the channel to which the token belongs."""
        channel = _authenticate(request)
        uploads = {"relatedPlaylists": {"uploads": f"UU{channel}"}}
        names = {"title": channel.replace("_", " ").title(), "customUrl": f"@{channel}", "country": COUNTRY}
        subscribers = Audience(self._state, "youtube").followers(channel)
        statistics = {"subscriberCount": str(subscribers), "hiddenSubscriberCount": False}
        parts = {"snippet": names, "contentDetails": uploads, "statistics": statistics}
        requested = request.query_params["part"].split(",")
        shown = {name: value for name, value in parts.items() if name in requested}
        return JSONResponse({"items": [{"id": f"UC{channel}", **shown}]})

    async def categories(self, request: Request) -> Response:
        """Return the categories of videos in a country."""
        _authenticate(request)
        if request.query_params.get("regionCode") != COUNTRY:
            raise ApiError(404, "videoCategoryNotFound", "The video category cannot be found.", "youtube.videoCategory")
        items = [
            {"kind": "youtube#videoCategory", "id": key, "snippet": {"title": title, "assignable": assignable}}
            for key, title, assignable in CATEGORIES
        ]
        return JSONResponse({"kind": "youtube#videoCategoryListResponse", "items": items})

    async def playlist(self, request: Request) -> Response:
        """Return the channel's videos, newest first."""
        channel = _authenticate(request)
        own = [video for video in self._posts().values() if video.get("channel") == channel]
        entries = [
            {
                "snippet": {"title": video["snippet"]["title"], "publishedAt": video["publishedAt"]},
                "contentDetails": {"videoId": video["id"], "videoPublishedAt": video["publishedAt"]},
            }
            for video in reversed(own)
        ]
        return JSONResponse({"items": entries[: int(request.query_params.get("maxResults", "5"))]})

    async def comment(self, request: Request) -> Response:
        """Comment on a video."""
        channel, snippet = _authenticate(request), json.loads(await request.body())["snippet"]
        if snippet["videoId"] not in self._posts():
            raise ApiError(404, "videoNotFound", "The video cannot be found.", "youtube.commentThread")
        comment_id, text = f"Ug{self._state.next_id()}", snippet["topLevelComment"]["snippet"]["textOriginal"]
        now = iso(self._state.now())
        self._posts()[comment_id] = comment = {
            "id": comment_id,
            "snippet": {
                "videoId": snippet["videoId"],
                "topLevelComment": {
                    "id": comment_id,
                    "snippet": {
                        "textOriginal": text,
                        "publishedAt": now,
                        "authorChannelId": {"value": f"UC{channel}"},
                    },
                },
            },
        }
        url = f"https://www.youtube.com/watch?v={snippet['videoId']}&lc={comment_id}"
        segments, parent = rich_text.from_plain_text(text), f"youtube:{snippet['videoId']}"
        self._state.publish(
            TimelinePost(f"youtube:{comment_id}", "youtube", channel, text, now, segments, url=url, parent=parent)
        )
        return JSONResponse(comment)

    async def comments(self, request: Request) -> Response:
        """Return the comments on a video, newest first."""
        _authenticate(request)
        video_id = request.query_params["videoId"]
        found = [post for post in self._posts().values() if post["snippet"].get("videoId") == video_id]
        return JSONResponse({"items": found[::-1]})

    # Helpers.

    def _progress(self, session: Mapping[str, Any]) -> Response:
        if session["video"] is not None:
            video = self._posts().get(session["video"], {"id": session["video"]})
            return JSONResponse(_resource(video), status_code=201)
        headers = {"Range": f"bytes=0-{session['received'] - 1}"} if session["received"] else {}
        return Response(status_code=308, headers=headers)

    def _publish(self, session: Mapping[str, Any], upload: str) -> str:
        fault = self._faults.take(
            "youtube", "last_chunk", publishing=True, kinds=frozenset({"processing", "media_error"})
        )
        seed = hashlib.sha256(str(self._state.next_id()).encode()).digest()
        video_id = base64.urlsafe_b64encode(seed)[:11].decode()
        self._posts()[video_id] = video = {
            "id": video_id,
            "channel": session["channel"],
            "publishedAt": iso(self._state.now()),
            "snippet": session["metadata"]["snippet"],
            "status": session["metadata"]["status"],
            "notify": session["notify"],
            "size": session["size"],
            "checksum": session["checksum"],
            "file": f"/media/{upload}",
            "polls_left": fault.polls if fault and fault.kind == "processing" else 0,
            "failed": fault is not None and fault.kind == "media_error",
            "thumbnail": None,
        }
        self._show(video)
        return video_id

    def _show(self, video: Mapping[str, Any]) -> None:
        snippet, url = video["snippet"], f"https://www.youtube.com/watch?v={video['id']}"
        text = f"{snippet['title']}\n\n{snippet['description']}".strip()
        media = [{"url": video["file"], "alt": snippet["title"], "kind": "video"}]
        if video["thumbnail"]:
            media.append({"url": video["thumbnail"], "alt": "Thumbnail", "kind": "image"})
        self._state.publish(
            TimelinePost(
                id=f"youtube:{video['id']}",
                platform="youtube",
                account=video["channel"],
                text=text,
                published_at=video["publishedAt"],
                segments=rich_text.from_plain_text(text),
                media=media,
                url=url,
                title=snippet["title"],
                label=LABELS.get(video["status"]["privacyStatus"], ""),
            )
        )

    def _session(self, request: Request) -> dict[str, Any]:
        session: dict[str, Any] | None = self._sessions().get(request.query_params.get("upload_id", ""))
        if session is None or session["expires_at"] <= self._state.now().timestamp():
            raise ApiError(404, "notFound", "Not Found", "global")
        return session

    def _sessions(self) -> dict[str, Any]:
        return self._state.collection("youtube", "sessions")

    def _posts(self) -> dict[str, Any]:
        """Return the videos and the comments."""
        return self._state.collection("youtube", "posts")


def _authenticate(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or token == "wrong":  # noqa: S105
        raise ApiError(401, "authError", "Invalid Credentials", "global")
    try:
        return token_lookup.static_token(request, "youtube", token).removesuffix("-token")
    except InvalidToken as error:
        raise ApiError(401, "authError", "Invalid Credentials", "global") from error


def _content_range(request: Request) -> tuple[int | None, int, int]:
    """Return the first offset (None if the call asks for progress), the last offset and the file's size."""
    match = RANGE.fullmatch(request.headers.get("content-range", ""))
    if match is None or match[1] is None:
        return None, 0, 0
    return int(match[1]), int(match[2]), int(match[3])


def _as_text(counts: Mapping[str, int]) -> dict[str, str]:
    return {name: str(count) for name, count in counts.items()}


def _resource(video: Mapping[str, Any]) -> dict[str, Any]:
    if video.get("failed"):
        status = {"uploadStatus": "failed", "failureReason": "codec"}
    else:
        status = {"uploadStatus": "uploaded" if video.get("polls_left") else "processed"}
    resource = {"kind": "youtube#video", "id": video["id"], "status": {**video.get("status", {}), **status}}
    return {**resource, "snippet": video["snippet"]} if "snippet" in video else resource


def _endpoint(handler: Handler) -> Handler:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request)
        except ApiError as error:
            return _envelope(error)

    return endpoint


def _envelope(error: ApiError) -> Response:
    names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    entry = {"message": str(error), "domain": error.domain, "reason": error.reason}
    body = {"code": error.status, "message": str(error), "errors": [entry]}
    if error.status in names:
        body["status"] = names[error.status]
    return JSONResponse({"error": body}, status_code=error.status)


simulator = YouTube
brand = Brand(
    parts=("media", "title", "by", "body"),
    style=("stacked", "media-first", "wide", "boxed-text"),
    mentions="https://www.youtube.com/@",
    hashtags="https://www.youtube.com/hashtag/",
)
identity = Identity(
    "youtube/v3/channels?part=snippet&mine=true",
    lambda body: (body["items"][0]["id"], body["items"][0]["snippet"]["customUrl"]),
)
requirements = Requirements("video", demo_options={"title": "The minute hand moved", "short": True})
processing_step = "publish"

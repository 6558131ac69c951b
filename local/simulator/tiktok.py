"""The simulated TikTok under /tiktok/v2, with video uploads in chunks, images by URL and the status of posts."""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience, grants_metrics
from local.simulator.brands import Brand
from local.simulator.demo import Identity, Requirements
from local.simulator.faults import Faults, Handler
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.specification import Specification
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/tiktok"
API = f"{PREFIX}/v2"
LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
LABELS = {"MUTUAL_FOLLOW_FRIENDS": "Friends", "FOLLOWER_OF_CREATOR": "Followers", "SELF_ONLY": "Only me"}
COUNTS = {"view_count": 1.0, "like_count": 0.1, "comment_count": 0.03, "share_count": 0.02}
MB = 1_000_000
MIN_CHUNK, MAX_CHUNK, MAX_LAST = 5 * MB, 64 * 1024 * 1024, 128 * 1024 * 1024
MAX_TITLE, MAX_PHOTO_TITLE, MAX_DESCRIPTION = 2_200, 90, 4_000
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class ApiError(Exception):
    """An error response in the format of TikTok."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)


class TikTok:
    """The API of TikTok. Every static bearer token except ``wrong`` is valid and belongs to a creator."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("tiktok")

    def routes(self) -> list[Route]:
        """Return the endpoints of TikTok."""
        calls: list[tuple[str, str, Handler]] = [
            ("post/publish/creator_info/query/", "creator_info", self.creator_info),
            ("post/publish/video/init/", "video_init", self.video_init),
            ("post/publish/inbox/video/init/", "video_init", self.inbox_init),
            ("post/publish/content/init/", "content_init", self.content_init),
            ("post/publish/status/fetch/", "status", self.status),
            ("video/list/", "listing", self.listing),
            ("video/query/", "query", self.query),
        ]
        routes = [Route(f"{API}/{path}", self._step(step, handler), methods=["POST"]) for path, step, handler in calls]
        user_info = Route(f"{API}/user/info/", self._step("user_info", self.user_info), methods=["GET"])
        return [*routes, user_info, Route(f"{PREFIX}/upload/", self._upload_endpoint(), methods=["PUT"])]

    def _step(self, step: str, handler: Handler) -> Handler:
        publishing = step in ("last_chunk", "content_init")
        return self._faults.wrap("tiktok", step, self, self._endpoint(handler), publishing=publishing)

    def _endpoint(self, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                # A call without a token is rejected for that reason alone. An upload needs no token.
                is_checked = "authorization" in request.headers or request.method == "PUT"
                if is_checked and (problem := await self._specification.problem_in(request)):
                    raise ApiError(400, "invalid_params", problem)
                return await handler(request)
            except ApiError as error:
                return _envelope(error)

        return endpoint

    def _upload_endpoint(self) -> Handler:
        chunk, last = self._step("chunk", self.chunk), self._step("last_chunk", self.chunk)

        async def endpoint(request: Request) -> Response:
            match = RANGE.fullmatch(request.headers.get("content-range", ""))
            return await (last if match and int(match[2]) + 1 == int(match[3]) else chunk)(request)

        return endpoint

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use an undocumented code."""
        code = "internal_error" if status >= 500 else "something_else"
        return _envelope(ApiError(status, code, "Something went sideways."))

    def rate_limited(self, seconds: float) -> Response:  # noqa: ARG002 - TikTok does not return the wait
        """Return HTTP status 429 without the time of the reset."""
        return _envelope(ApiError(429, "rate_limit_exceeded", "The API rate limit was exceeded."))

    def expired(self) -> Response:
        """Return an error response with HTTP status 401."""
        return _envelope(ApiError(401, "access_token_invalid", "The access token is invalid or not found."))

    # Endpoints.

    async def creator_info(self, request: Request) -> Response:
        """Return the settings of the creator."""
        creator = _authenticate(request)
        return _ok(
            {
                "creator_username": creator,
                "creator_nickname": creator.capitalize(),
                "privacy_level_options": LEVELS,
                "comment_disabled": False,
                "duet_disabled": True,
                "stitch_disabled": False,
                "max_video_post_duration_sec": 600,
            }
        )

    async def user_info(self, request: Request) -> Response:
        """Return the requested fields of the creator."""
        creator = _authenticate(request)
        known = {"open_id": open_id(creator), "display_name": creator.capitalize(), "username": creator}
        requested = request.query_params.get("fields", "").split(",")
        if "follower_count" in requested:
            if not grants_metrics(request, "tiktok", creator, "user.info.stats"):
                raise ApiError(401, "scope_not_authorized", "The user did not authorize the scope required.")
            followers = {"follower_count": Audience(self._state, "tiktok").followers(creator)}
            return _ok({"user": followers})
        return _ok({"user": {name: value for name, value in known.items() if name in requested}})

    async def video_init(self, request: Request) -> Response:
        """Start the upload of a video that is published when the upload is complete."""
        creator, body = _authenticate(request), json.loads(await request.body())
        info = body.get("post_info", {})
        _check_privacy(info)
        if _utf16_units(info.get("title", "")) > MAX_TITLE:
            raise ApiError(400, "invalid_params", "The title is too long.")
        return self._start_upload(request, creator, body, inbox=False)

    async def inbox_init(self, request: Request) -> Response:
        """Start an upload to the creator's inbox."""
        return self._start_upload(request, _authenticate(request), json.loads(await request.body()), inbox=True)

    async def chunk(self, request: Request) -> Response:
        """Store a chunk without requiring a token. The last chunk publishes the video.

        Return HTTP status 201 for the last chunk and 206 for the others.
        """
        publish_id = request.query_params.get("upload_id", "")
        post, content = self._posts().get(publish_id), await request.body()
        if post is None or post["expired"]:
            return Response(status_code=403)
        match = RANGE.fullmatch(request.headers.get("content-range", ""))
        source = post["source"]
        if match is None or int(match[3]) != source["video_size"]:
            return Response(status_code=400)
        start, end = int(match[1]), int(match[2]) + 1
        if end - start != len(content):
            return Response(status_code=400)
        if start != post["uploaded"]:
            return Response(status_code=416)
        is_last = start // source["chunk_size"] == source["total_chunk_count"] - 1
        if end != (source["video_size"] if is_last else start + source["chunk_size"]):
            return Response(status_code=400)
        post["uploaded"] = end
        self._state.media.add_chunk(publish_id, start, content)
        post["checksum"] = zlib.crc32(content, post["checksum"])
        self._state.mark_changed()
        if is_last:
            self._publish(publish_id, post, "last_chunk")
        return Response(
            status_code=201 if is_last else 206, headers={"Content-Range": f"bytes 0-{end - 1}/{source['video_size']}"}
        )

    async def content_init(self, request: Request) -> Response:
        """Publish images by URL in a single call."""
        creator, body = _authenticate(request), json.loads(await request.body())
        info, source = body.get("post_info", {}), body.get("source_info", {})
        inbox = body.get("post_mode") == "MEDIA_UPLOAD"
        if not inbox:
            _check_privacy(info)
        images = source.get("photo_images", [])
        invalid = body.get("media_type") != "PHOTO" or source.get("source") != "PULL_FROM_URL"
        if invalid or not 1 <= len(images) <= 35 or not 0 <= source.get("photo_cover_index", 0) < len(images):
            raise ApiError(400, "invalid_params", "The source is not valid.")
        if (
            _utf16_units(info.get("title", "")) > MAX_PHOTO_TITLE
            or _utf16_units(info.get("description", "")) > MAX_DESCRIPTION
        ):
            raise ApiError(400, "invalid_params", "The title or the description is too long.")
        publish_id = f"p_pub_url~v2.{self._state.next_id()}"
        self._posts()[publish_id] = post = _post(creator, info, source, inbox=inbox)
        self._publish(publish_id, post, "content_init")
        return _ok({"publish_id": publish_id})

    async def status(self, request: Request) -> Response:
        """Return the status of a post. If the post is processing, each call advances the processing."""
        creator, body = _authenticate(request), json.loads(await request.body())
        post = self._posts().get(body.get("publish_id", ""))
        if post is None or post["creator"] != creator:
            raise ApiError(400, "invalid_publish_id", "The publish_id does not exist.")
        data: dict[str, Any] = {"status": _status(post), "fail_reason": "", "publicaly_available_post_id": []}
        if "video_size" in post["source"]:
            data["uploaded_bytes"] = post["uploaded"]
        if data["status"] == "FAILED":
            data["fail_reason"] = post["failed"]
        if data["status"] == "PUBLISH_COMPLETE" and post["info"].get("privacy_level") == "PUBLIC_TO_EVERYONE":
            # Moderation follows publication, so the first response has no id yet.
            data["publicaly_available_post_id"] = [int(post["post_id"])] if post["moderated"] else []
            post["moderated"] = True
        if post["published_at"]:
            post["polls_left"] = max(post["polls_left"] - 1, 0)
        return _ok(data)

    async def listing(self, request: Request) -> Response:
        """Return the creator's public posts, newest first."""
        creator, body = _authenticate(request), json.loads(await request.body())
        own = [
            {
                "id": post["post_id"],
                "title": post["info"].get("title", ""),
                "video_description": post["info"].get("description") or post["info"].get("title", ""),
                "create_time": int(post["published_at"]),
                "share_url": _permalink(post),
            }
            for post in self._posts().values()
            if post["published_at"] and post["creator"] == creator and not post["inbox"] and not post["failed"]
            if post["info"].get("privacy_level") == "PUBLIC_TO_EVERYONE"
        ]
        return _ok({"videos": own[::-1][: body.get("max_count", 10)], "cursor": 0, "has_more": False})

    async def query(self, request: Request) -> Response:
        """Return public posts of the creator by id, with their counts. Other posts are omitted."""
        creator, body = _authenticate(request), json.loads(await request.body())
        fields, audience = request.query_params["fields"].split(","), Audience(self._state, "tiktok")
        public = {
            post["post_id"]: publish_id
            for publish_id, post in self._posts().items()
            if post["published_at"] and post["creator"] == creator and not post["inbox"] and not post["failed"]
            if post["info"].get("privacy_level") == "PUBLIC_TO_EVERYONE"
        }
        videos = [
            {"id": each, **audience.counts(f"tiktok:{public[each]}", {name: COUNTS[name] for name in fields[1:]})}
            for each in body["filters"]["video_ids"]
            if each in public
        ]
        return _ok({"videos": videos})

    # Helpers.

    def _start_upload(self, request: Request, creator: str, body: Mapping[str, Any], *, inbox: bool) -> Response:
        source = body.get("source_info", {})
        _check_chunks(source)
        publish_id = f"v_{'inbox' if inbox else 'pub'}_file~v2-1.{self._state.next_id()}"
        self._posts()[publish_id] = _post(creator, body.get("post_info", {}), source, inbox=inbox)
        self._state.mark_changed()
        upload_url = f"{request.url.scheme}://{request.url.netloc}{PREFIX}/upload/?upload_id={publish_id}"
        return _ok({"publish_id": publish_id, "upload_url": upload_url})

    def _publish(self, publish_id: str, post: dict[str, Any], step: str) -> None:
        kinds = frozenset({"processing", "media_error", "fetch_error"})
        fault = self._faults.take("tiktok", step, publishing=True, kinds=kinds)
        post["published_at"] = self._state.now().timestamp()
        post["post_id"] = str(7 * 10**18 + self._state.next_id() % 10**18)
        post["polls_left"] = fault.polls if fault and fault.kind == "processing" else 0
        is_video = "video_size" in post["source"]
        if fault is not None and fault.kind != "processing":
            refused = "file_format_check_failed" if is_video else "picture_size_check_failed"
            post["failed"] = refused if fault.kind == "media_error" else "photo_pull_failed"
            self._state.mark_changed()
            return
        if is_video:
            self._state.media.finish_upload(publish_id, "video/mp4", post["source"]["video_size"])
            media = [{"url": f"/media/{publish_id}", "alt": "", "kind": "video"}]
        else:
            media = [{"url": image, "alt": "", "kind": "image"} for image in post["source"]["photo_images"]]
        text = "\n".join(text for text in (post["info"].get("title"), post["info"].get("description")) if text)
        self._state.publish(
            TimelinePost(
                id=f"tiktok:{publish_id}",
                platform="tiktok",
                account=f"@{post['creator']}" + (" (inbox)" if post["inbox"] else ""),
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=media,
                url=_permalink(post),
                title=post["info"].get("title", "") if not is_video else "",
                label="Inbox" if post["inbox"] else LABELS.get(post["info"].get("privacy_level"), ""),
            )
        )

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("tiktok", "posts")


def open_id(creator: str) -> str:
    """Return the id that identifies ``creator`` to the app."""
    return f"-000{hashlib.sha256(creator.encode()).hexdigest()[:32]}"


def _post(creator: str, info: Mapping[str, Any], source: Mapping[str, Any], *, inbox: bool) -> dict[str, Any]:
    return {
        "creator": creator,
        "info": info,
        "source": source,
        "inbox": inbox,
        "uploaded": 0,
        "checksum": 0,
        "expired": False,
        "published_at": None,
        "polls_left": 0,
        "failed": "",
        "moderated": False,
        "post_id": "",
    }


def _status(post: Mapping[str, Any]) -> str:
    if not post["published_at"]:
        return "PROCESSING_UPLOAD"
    if post["polls_left"]:
        return "PROCESSING_UPLOAD" if "video_size" in post["source"] else "PROCESSING_DOWNLOAD"
    if post["failed"]:
        return "FAILED"
    return "SEND_TO_USER_INBOX" if post["inbox"] else "PUBLISH_COMPLETE"


def _permalink(post: Mapping[str, Any]) -> str:
    kind = "video" if "video_size" in post["source"] else "photo"
    return f"https://www.tiktok.com/@{post['creator']}/{kind}/{post['post_id']}"


def _check_privacy(info: Mapping[str, Any]) -> None:
    if info.get("privacy_level") not in LEVELS:
        raise ApiError(403, "privacy_level_option_mismatch", "The privacy level is not one of the creator's.")


def _check_chunks(source: Mapping[str, Any]) -> None:
    """Check that there are size // chunk_size chunks, as TikTok requires. The last chunk includes the remainder."""
    size, chunk, count = (source.get(name, 0) for name in ("video_size", "chunk_size", "total_chunk_count"))
    if source.get("source") != "FILE_UPLOAD" or size <= 0 or chunk <= 0:
        raise ApiError(400, "invalid_params", "The source is not valid.")
    whole = chunk == size and count == 1 and size <= MAX_CHUNK
    in_range = MIN_CHUNK <= chunk <= MAX_CHUNK and size - chunk * (count - 1) <= MAX_LAST
    if not whole and not (in_range and count == size // chunk and 1 <= count <= 1000):
        raise ApiError(400, "invalid_params", "The total chunk count is invalid.")


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _authenticate(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or token == "wrong":  # noqa: S105
        raise ApiError(401, "access_token_invalid", "The access token is invalid or not found.")
    try:
        return token_lookup.static_token(request, "tiktok", token).removesuffix("-token")
    except InvalidToken as error:
        raise ApiError(401, "access_token_invalid", "The access token is invalid or not found.") from error


def _ok(data: Mapping[str, Any]) -> Response:
    return JSONResponse({"data": data, "error": {"code": "ok", "message": "", "log_id": "202603020900"}})


def _envelope(error: ApiError) -> Response:
    body = {"code": error.code, "message": str(error), "log_id": "202603020900"}
    return JSONResponse({"data": {}, "error": body}, status_code=error.status)


simulator = TikTok
brand = Brand(
    parts=("media", "title", "body"),
    style=("media-first", "overlay"),
    carousel=True,
    mentions="https://www.tiktok.com/@",
    hashtags="https://www.tiktok.com/tag/",
)
identity = Identity(
    "v2/user/info/?fields=open_id,username",
    lambda body: (body["data"]["user"]["open_id"], f"@{body['data']['user']['username']}"),
)
requirements = Requirements("image", demo_options={"privacy": "PUBLIC_TO_EVERYONE"})
processing_step = "publish"

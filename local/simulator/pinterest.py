"""The simulated Pinterest, with boards and pins under /pinterest/v5."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import multipart_stream, rich_text
from local.simulator.audience import Audience
from local.simulator.brands import Brand
from local.simulator.demo import Identity, Requirements
from local.simulator.faults import Faults, Handler
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.specification import Specification
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/pinterest/v5"
UPLOADS = "/pinterest/uploads"
LIMITS = {"title": 100, "description": 800, "alt_text": 500, "link": 2_048}
BOARD_ID = "549755885175"
"""The id of a board that every account has."""
BOARDS = [
    {"id": BOARD_ID, "name": "Kilns", "privacy": "PUBLIC", "is_ads_only": False},
    {"id": "549755885176", "name": "Glazes", "privacy": "PUBLIC", "is_ads_only": False},
    {"id": "549755885177", "name": "Advertised pots", "privacy": "PUBLIC", "is_ads_only": True},
]
METRICS = {"impression": 1.0, "pin_click": 0.2, "clickthrough": 0.04, "reaction": 0.1, "comment": 0.03, "save": 0.02}
BOARD = re.compile(r"\d{6,}")
WEB = re.compile(r"https?://[^/\s]+")


class ApiError(Exception):
    """An error response in the format of Pinterest. ``code``: Pinterest's number for the error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)


class Pinterest:
    """The API of Pinterest. Every static bearer token except ``wrong`` is valid.

    Every number with six or more digits is the id of a board.
    """

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("pinterest")
        self._audience = Audience(state, "pinterest")

    def routes(self) -> list[Route]:
        """Return the endpoints of Pinterest."""
        calls: list[tuple[str, str, str, Handler]] = [
            ("POST", f"{PREFIX}/pins", "pins", self.create_pin),
            ("GET", f"{PREFIX}/pins", "listing", self.list_pins),
            ("GET", f"{PREFIX}/pins/{{id}}", "pin", self.show_pin),
            ("DELETE", f"{PREFIX}/pins/{{id}}", "delete", self.delete_pin),
            ("GET", f"{PREFIX}/boards", "boards", self.list_boards),
            ("GET", f"{PREFIX}/boards/{{board}}/pins", "listing", self.list_pins),
            ("POST", f"{PREFIX}/media", "media", self.register),
            ("GET", f"{PREFIX}/media/{{id}}", "media_status", self.media_status),
            ("POST", f"{UPLOADS}/{{id}}", "upload", self.upload),
            ("GET", f"{PREFIX}/user_account", "user_account", self.user_account),
        ]
        return [Route(path, self._step(step, handler), methods=[method]) for method, path, step, handler in calls]

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use a code that Pinterest does not
        document.
        """
        code, message = (status, "Internal Error") if status >= 500 else (99_999, "Something else")
        return JSONResponse({"code": code, "message": message}, status_code=status)

    def rate_limited(self, seconds: float) -> Response:
        """Return an error response with HTTP status 429."""
        body = {"code": 8, "message": "You have exceeded your rate limit. Try again later."}
        return JSONResponse(body, status_code=429, headers={"X-RateLimit-Reset": str(round(seconds))})

    def expired(self) -> Response:
        """Return the error response for an expired token, with HTTP status 401."""
        return JSONResponse({"code": 2, "message": "Authentication failed."}, status_code=401)

    # Endpoints.

    async def user_account(self, request: Request) -> Response:
        """Return the account to which the token belongs."""
        username = _authenticate(request)
        number = int.from_bytes(hashlib.sha256(username.encode()).digest()[:7])
        followers = {"follower_count": self._audience.followers(username)}
        return JSONResponse({"id": str(number), "username": username, "account_type": "BUSINESS", **followers})

    async def list_boards(self, request: Request) -> Response:
        """Return a page of the account's boards."""
        if _authenticate(request).startswith("blind"):
            raise ApiError(403, 29, "You are not permitted to access that resource.")
        size, start = int(request.query_params.get("page_size", "25")), int(request.query_params.get("bookmark", "0"))
        bookmark = str(start + size) if start + size < len(BOARDS) else None
        return JSONResponse({"items": BOARDS[start : start + size], "bookmark": bookmark})

    async def register(self, request: Request) -> Response:
        """Register an upload of a video."""
        _authenticate(request)
        if (await _json(request)).get("media_type") != "video":
            raise ApiError(400, 1, "media_type must be video")
        delay = self._faults.take("pinterest", "media", publishing=False, kinds=frozenset({"processing"}))
        failure = self._faults.take("pinterest", "media", publishing=False, kinds=frozenset({"media_error"}))
        media_id = str(self._state.next_id())
        self._media()[media_id] = {
            "status": "registered",
            "polls_left": delay.polls if delay else 0,
            "fails": failure is not None,
            "size": 0,
        }
        self._state.mark_changed()
        url = f"{str(request.base_url).rstrip('/')}{UPLOADS}/{media_id}"
        fields = {"key": f"uploads/{media_id}", "policy": "cG9saWN5", "x-amz-signature": "0123abcd"}
        body = {"media_id": media_id, "media_type": "video", "upload_url": url, "upload_parameters": fields}
        return JSONResponse(body, status_code=201)

    async def upload(self, request: Request) -> Response:
        """Store a file from a form. Like S3, require a content length and refuse a token."""
        media_id = request.path_params["id"]
        media = self._media().get(media_id)
        form = await multipart_stream.read(
            request.headers.get("content-type", ""),
            request.stream(),
            lambda offset, chunk: self._state.media.add_chunk(media_id, offset, chunk),
        )
        has_length = "content-length" in request.headers
        signed = {"key", "policy"} <= set(form.fields) and "authorization" not in request.headers
        if not has_length or not signed or media is None or form.file_size is None:
            return Response("<Error><Code>AccessDenied</Code></Error>", status_code=403, media_type="application/xml")
        media["status"], media["size"] = "processing", form.file_size
        self._state.media.finish_upload(media_id, "video/mp4", form.file_size)
        self._state.mark_changed()
        return Response(status_code=204)

    async def media_status(self, request: Request) -> Response:
        """Return the status of a video."""
        _authenticate(request)
        media_id = request.path_params["id"]
        media = self._media().get(media_id)
        if media is None:
            raise ApiError(404, 404, "Media upload not found.")
        if media["status"] == "processing":
            if media["polls_left"]:
                media["polls_left"] -= 1
            else:
                media["status"] = "failed" if media["fails"] else "succeeded"
        return JSONResponse({"media_id": media_id, "media_type": "video", "status": media["status"]})

    async def create_pin(self, request: Request) -> Response:
        """Create a pin. A repeated call creates another pin."""
        account, body = _authenticate(request), await _json(request)
        board = str(body.get("board_id", ""))
        if not BOARD.fullmatch(board):
            raise ApiError(404, 40, "Board not found.")
        for name, limit in LIMITS.items():
            if len(str(body.get(name) or "")) > limit:
                raise ApiError(400, 1, f"{name} is too long")
        media = self._media_items(body)
        pin_id, now = str(self._state.next_id()), self._state.now()
        fields = {name: body.get(name) for name in LIMITS}
        pin = {
            **fields,
            "id": pin_id,
            "board_id": board,
            "created_at": now.strftime("%Y-%m-%dT%H:%M:%S"),
            "board_owner": {"username": account},
            "media": {"media_type": "video" if media[0]["kind"] == "video" else "image"},
        }
        self._pins()[pin_id] = {**pin, "source": body["media_source"]}
        text = "\n".join(str(body[name]) for name in ("title", "description") if body.get(name))
        self._state.publish(
            TimelinePost(
                id=f"pinterest:{pin_id}",
                platform="pinterest",
                account=f"{account} · board {board}",
                text=text,
                published_at=iso(now),
                segments=rich_text.from_plain_text(text),
                media=media,
                url=f"https://www.pinterest.com/pin/{pin_id}/",
                title=str(body.get("title") or ""),
                link={"url": str(body["link"])} if body.get("link") else None,
            )
        )
        return JSONResponse(pin, status_code=201)

    async def list_pins(self, request: Request) -> Response:
        """Return a page of the account's pins, newest first."""
        account, board = _authenticate(request), request.path_params.get("board")
        if account.startswith("blind"):
            raise ApiError(403, 29, "You are not permitted to access that resource.")
        size, start = int(request.query_params.get("page_size", "25")), int(request.query_params.get("bookmark", "0"))
        own = [pin for pin in reversed(self._pins().values()) if pin["board_owner"]["username"] == account]
        found = [pin for pin in own if board in (None, pin["board_id"])]
        page = [{name: value for name, value in pin.items() if name != "source"} for pin in found[start : start + size]]
        bookmark = str(start + size) if start + size < len(found) else None
        return JSONResponse({"items": page, "bookmark": bookmark})

    async def show_pin(self, request: Request) -> Response:
        """Return one pin, with its metrics if they are requested."""
        _authenticate(request)
        pin_id = request.path_params["id"]
        pin = self._pin(pin_id)
        if request.query_params.get("pin_metrics") != "true":
            return JSONResponse(pin)
        counts = self._audience.counts(f"pinterest:{pin_id}", METRICS)
        return JSONResponse({**pin, "pin_metrics": {"90d": counts, "lifetime_metrics": counts}})

    async def delete_pin(self, request: Request) -> Response:
        """Delete a pin."""
        _authenticate(request)
        self._pin(request.path_params["id"])
        del self._pins()[request.path_params["id"]]
        self._state.remove(f"pinterest:{request.path_params['id']}")
        return Response(status_code=204)

    # Helpers.

    def _step(self, step: str, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                problem = None if step == "upload" else await self._specification.problem_in(request)
                if problem is not None:
                    raise ApiError(400, 1, problem)
                return await handler(request)
            except ApiError as error:
                return JSONResponse({"code": error.code, "message": str(error)}, status_code=error.status)

        return self._faults.wrap(
            "pinterest", step, self, endpoint, publishing=step == "pins", streamed=step == "upload"
        )

    def _media_items(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        alt = str(body.get("alt_text") or "")
        match body.get("media_source"):
            case {"source_type": "image_url", "url": str(url)}:
                return [_image(url, alt)]
            case {"source_type": "multiple_image_urls", "items": list(items)} if 2 <= len(items) <= 5:
                return [_image(str(item.get("url")), alt if number == 0 else "") for number, item in enumerate(items)]
            case {"source_type": "video_id", "media_id": str(media_id), **cover} if cover.keys() & {
                "cover_image_url",
                "cover_image_key_frame_time",
                "cover_image_data",
            }:
                if self._media().get(media_id, {}).get("status") != "succeeded":
                    raise ApiError(400, 1, "The media is not ready.")
                return [{"url": f"/media/{media_id}", "alt": alt, "kind": "video"}]
            case _:
                raise ApiError(400, 1, "media_source is not valid")

    def _pin(self, pin_id: str) -> Mapping[str, Any]:
        pin: Mapping[str, Any] | None = self._pins().get(pin_id)
        if pin is None:
            raise ApiError(404, 50, "Pin not found.")
        return pin

    def _pins(self) -> dict[str, Any]:
        return self._state.collection("pinterest", "posts")

    def _media(self) -> dict[str, Any]:
        return self._state.collection("pinterest", "media")


def _image(url: str, alt: str) -> dict[str, str]:
    if not WEB.match(url):
        raise ApiError(400, 1, "The URL is not valid.")
    if "unreachable" in url:
        raise ApiError(400, 1, "Sorry! Unable to reach the URL. Please try again.")
    if "tiny" in url:
        raise ApiError(403, 233, "The image is too small.")
    return {"url": url, "alt": alt, "kind": "image"}


def _authenticate(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or token == "wrong":  # noqa: S105
        raise ApiError(401, 2, "Authentication failed.")
    try:
        return token_lookup.static_token(request, "pinterest", token).removesuffix("-token")
    except InvalidToken as error:
        raise ApiError(401, 2, "Authentication failed.") from error


async def _json(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise ApiError(400, 1, "The body is not a JSON object.")
    return body


simulator = Pinterest
brand = Brand(
    parts=("media", "title", "body", "link", "by"),
    style=("stacked", "small-author", "rounded"),
    carousel=True,
    hashtags="https://www.pinterest.com/search/pins/?q=",
)
identity = Identity("v5/user_account", lambda user: (user["id"], user["username"]))
requirements = Requirements("image", {"boardId": BOARD_ID}, demo_options={"title": "The minute hand"})
processing_step = "media"

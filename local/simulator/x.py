"""X as the simulator speaks it: posts and media, under /x/2."""

import hashlib
import html
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import multipart, rich_text
from local.simulator.faults import Faults, Handler
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/x/2"
PROBLEMS = "https://api.x.com/2/problems/"
MEDIA_LIFETIME = 86_400
MAX_IMAGE_BYTES = 5 * 1024 * 1024
KINDS = {"tweet_gif": "image/gif", "tweet_video": "video/mp4"}
PROPERTIES = frozenset(
    [
        "text",
        "media",
        "reply",
        "quote_tweet_id",
        "poll",
        "reply_settings",
        "community_id",
        "made_with_ai",
        "paid_partnership",
    ]
)

type Answer = Callable[[Request], Awaitable[Response]]


class ApiError(Exception):
    """A problem as X words it."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank") -> None:
        self.status = status
        self.body = {"title": title, "detail": detail, "type": kind, "status": status}
        super().__init__(detail)


class X:
    """The service. Any bearer token is an account, except ``wrong``; one that begins with ``blind`` may not read."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        calls: list[tuple[str, str, str, Answer]] = [
            ("GET", "/users/me", "me", self.me),
            ("GET", "/users/{id}/tweets", "listing", self.list_posts),
            ("POST", "/tweets", "tweets", self.create_post),
            ("DELETE", "/tweets/{id}", "delete", self.delete_post),
            ("POST", "/media/upload", "upload", self.upload),
            ("GET", "/media/upload", "status", self.status),
            ("POST", "/media/upload/initialize", "initialize", self.initialize),
            ("POST", "/media/upload/{id}/append", "append", self.append),
            ("POST", "/media/upload/{id}/finalize", "finalize", self.finalize),
            ("POST", "/media/metadata", "metadata", self.metadata),
        ]
        return [
            Route(PREFIX + path, self._step(step, answer), methods=[method]) for method, path, step, answer in calls
        ]

    # The dialect.

    def error(self, status: int) -> Response:
        """Answer ``status``: a problem that nobody knows where it is the caller's fault."""
        kind = "about:blank" if status >= 500 else f"{PROBLEMS}unheard-of"
        body = {"title": f"Error {status}", "detail": f"Error {status}", "type": kind, "status": status}
        return JSONResponse(body, status_code=status, media_type="application/problem+json")

    def rate_limited(self, seconds: float) -> Response:
        """Answer 429; the reset is in epoch seconds."""
        reset = str(round(self._state.now().timestamp() + seconds))
        headers = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
        return JSONResponse(body, status_code=429, headers=headers)

    def expired(self) -> Response:
        """Answer 401 as to a token that has run out."""
        return JSONResponse(_unauthorized().body, status_code=401)

    # Endpoints.

    async def me(self, request: Request) -> Response:
        """Return the account of the token."""
        return JSONResponse({"data": _authenticate(request)})

    async def upload(self, request: Request) -> Response:
        """Take in an image."""
        who = _authenticate(request)
        parts = multipart.parse(request.headers.get("content-type", ""), await request.body())
        if "media" not in parts or parts.get("media_category") is None:
            raise _invalid("media and media_category are required")
        content, category = parts["media"].content, parts["media_category"].content.decode()
        if category != "tweet_image" or len(content) > MAX_IMAGE_BYTES:
            raise _invalid("the media is not valid")
        media_id = self._begin(who, category, "upload", len(content))
        media_type = parts["media_type"].content.decode() if "media_type" in parts else "image/jpeg"
        self._state.media.keep(media_id, media_type, content)
        self._media()[media_id]["state"] = "succeeded"
        return JSONResponse({"data": _described(media_id)})

    async def initialize(self, request: Request) -> Response:
        """Begin an upload in parts."""
        who, body = _authenticate(request), await _json(request)
        if body.get("media_category") not in ("tweet_gif", "tweet_video") or type(body.get("total_bytes")) is not int:
            raise _invalid("media_category or total_bytes is not valid")
        media_id = self._begin(who, str(body["media_category"]), "initialize", int(body["total_bytes"]))
        return JSONResponse({"data": _described(media_id)}, status_code=202)

    async def append(self, request: Request) -> Response:
        """Take in a part; the same part once more replaces the first."""
        media = self._owned(request.path_params["id"], _authenticate(request))
        parts = multipart.parse(request.headers.get("content-type", ""), await request.body())
        if media["state"] != "waiting" or not {"media", "segment_index"} <= set(parts):
            raise _invalid("the segment is not valid")
        index, piece = parts["segment_index"].content.decode(), parts["media"].content
        media["parts"][index] = len(piece)
        self._state.media.add(request.path_params["id"], int(index), piece)
        self._state.mark_changed()
        return Response(status_code=204)

    async def finalize(self, request: Request) -> Response:
        """Finish an upload, and begin to digest it."""
        media_id = request.path_params["id"]
        media = self._owned(media_id, _authenticate(request))
        numbers = sorted(map(int, media["parts"]))
        complete = numbers == list(range(len(numbers))) and sum(media["parts"].values()) == media["size"]
        if media["state"] != "waiting" or not complete:
            raise _invalid("the upload is not complete")
        media["state"] = "pending"
        self._state.media.finish(media_id, KINDS[media["category"]], media["size"])
        self._state.mark_changed()
        return JSONResponse({"data": {**_described(media_id), "processing_info": self._processing(media)}})

    async def status(self, request: Request) -> Response:
        """Say how far a medium is."""
        who, query = _authenticate(request), request.query_params
        if query.get("command") != "STATUS":
            raise _invalid("command must be STATUS")
        media = self._owned(query.get("media_id", ""), who)
        if media["state"] == "waiting":
            raise _invalid("the upload is not complete")
        if media["state"] in ("pending", "in_progress"):
            if media["polls_left"]:
                media["polls_left"] -= 1
                media["state"] = "in_progress"
            else:
                media["state"] = "failed" if media["broken"] else "succeeded"
        described = _described(query["media_id"])
        return JSONResponse({"data": {**described, "processing_info": self._processing(media)}})

    async def metadata(self, request: Request) -> Response:
        """Note what a medium shows."""
        who, body = _authenticate(request), await _json(request)
        media = self._owned(str(body.get("id")), who)
        match body.get("metadata"):
            case {"alt_text": {"text": str(alt)}} if len(alt) <= 1_000:
                media["alt"] = alt
            case _:
                raise _invalid("metadata is not valid")
        return JSONResponse({"data": {"id": body["id"], "associated_metadata": body["metadata"]}})

    async def create_post(self, request: Request) -> Response:
        """Publish; a text that the account has posted before is refused, without saying where."""
        who, body = _authenticate(request), await _json(request)
        if unknown := set(body) - PROPERTIES:
            raise _invalid(f"unknown properties: {', '.join(sorted(unknown))}")
        text, wanted = str(body.get("text", "")).strip(), body.get("media")
        media_ids = list(wanted.get("media_ids", [])) if isinstance(wanted, Mapping) else []
        if not text and not media_ids:
            raise _invalid("text or media is required")
        self._check(who, body, media_ids)
        own = [post for post in self._posts().values() if post["author_id"] == who["id"]]
        if text and any(post["written"] == text for post in own):
            raise ApiError(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        post_id, now = str(self._state.next_id()), self._state.now()
        shown, entities = self._shortened(text, who, post_id, media_ids)
        options = {name: value for name, value in body.items() if name not in ("text", "media")}
        self._posts()[post_id] = {
            "id": post_id,
            "author_id": who["id"],
            "text": shown,
            "created_at": iso(now),
            "entities": {"urls": entities},
            "edit_history_post_ids": [post_id],
            **({"attachments": {"media_keys": [f"3_{media_id}" for media_id in media_ids]}} if media_ids else {}),
            "written": text,
            "options": options,
        }
        self._land(post_id, who, text, media_ids, body.get("reply", {}).get("in_reply_to_tweet_id"))
        answer: dict[str, Any] = {"data": {"id": post_id, "text": shown, "edit_history_post_ids": [post_id]}}
        if "quote_tweet_id" in body:  # a success with errors beside it
            answer["errors"] = [{"title": "Not Found Error", "type": f"{PROBLEMS}resource-not-found"}]
        return JSONResponse(answer, status_code=201)

    async def list_posts(self, request: Request) -> Response:
        """Return an account's posts, newest first; no list at all where there are none."""
        who, query = _authenticate(request), request.query_params
        if who["username"].startswith("blind"):
            raise ApiError(403, "Client Forbidden", "Reading is not permitted.", f"{PROBLEMS}client-forbidden")
        start = datetime.fromisoformat(query.get("start_time", "1970-01-01T00:00:00Z"))
        found = [
            {name: value for name, value in post.items() if name not in ("written", "options")}
            for post in reversed(self._posts().values())
            if post["author_id"] == request.path_params["id"] and datetime.fromisoformat(post["created_at"]) >= start
        ][: int(query.get("max_results", "10"))]
        meta = {"result_count": len(found)}
        return JSONResponse({"data": found, "meta": meta} if found else {"meta": meta})

    async def delete_post(self, request: Request) -> Response:
        """Remove a post."""
        who, post_id = _authenticate(request), request.path_params["id"]
        if self._posts().get(post_id, {}).get("author_id") == who["id"]:
            del self._posts()[post_id]
            self._state.remove(f"x:{post_id}")
        return JSONResponse({"data": {"deleted": True}})

    # How it works inside.

    def _step(self, step: str, answer: Answer) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                return await answer(request)
            except ApiError as error:
                return JSONResponse(error.body, status_code=error.status, media_type="application/problem+json")

        return self._faults.wrap("x", step, self, endpoint, publishing=step == "tweets")

    def _begin(self, who: Mapping[str, str], category: str, step: str, size: int) -> str:
        busy = self._faults.take("x", step, publishing=False, kinds=frozenset({"processing"}))
        broken = self._faults.take("x", step, publishing=False, kinds=frozenset({"media_error"}))
        media_id = str(self._state.next_id())
        self._media()[media_id] = {
            "owner": who["id"],
            "category": category,
            "size": size,
            "state": "waiting",
            "parts": {},
            "polls_left": busy.polls if busy else 0,
            "broken": broken is not None,
            "alt": "",
        }
        self._state.mark_changed()
        return media_id

    def _processing(self, media: Mapping[str, Any]) -> Mapping[str, Any]:
        if media["state"] == "failed":
            return {"state": "failed", "error": {"code": 1, "name": "InvalidMedia", "message": "InvalidMedia"}}
        return {"state": media["state"], **({} if media["state"] == "succeeded" else {"check_after_secs": 2})}

    def _check(self, who: Mapping[str, str], body: Mapping[str, Any], media_ids: list[str]) -> None:
        categories = [self._owned(media_id, who)["category"] for media_id in media_ids]
        if any(self._owned(media_id, who)["state"] != "succeeded" for media_id in media_ids):
            raise _invalid("Your media IDs are invalid.")
        if len(media_ids) > (4 if set(categories) <= {"tweet_image"} else 1):
            raise _invalid("too many media")
        answered = body["reply"]["in_reply_to_tweet_id"] if "reply" in body else None
        if answered is not None and answered not in self._posts():
            raise ApiError(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.")

    def _shortened(
        self, text: str, who: Mapping[str, str], post_id: str, media_ids: list[str]
    ) -> tuple[str, list[dict[str, Any]]]:
        """Return the text as X shows it in its API, and what its short addresses stand for."""
        entities: list[dict[str, Any]] = []

        def short(expanded: str) -> str:
            address = f"https://t.co/{hashlib.sha256(f'{post_id}{len(entities)}'.encode()).hexdigest()[:10]}"
            entities.append({"url": address, "expanded_url": expanded, "display_url": expanded.partition("//")[2]})
            return address

        shown = rich_text.URL.sub(lambda match: short(match[0]), text)
        shown = html.escape(shown, quote=False)
        if media_ids:
            kind = "photo" if self._media()[media_ids[0]]["category"] == "tweet_image" else "video"
            address = short(f"https://x.com/{who['username']}/status/{post_id}/{kind}/1")
            entities[-1]["media_key"] = f"3_{media_ids[0]}"
            shown = f"{shown} {address}".strip()
        return shown, entities

    def _land(
        self, post_id: str, who: Mapping[str, str], text: str, media_ids: list[str], answered: str | None
    ) -> None:
        media = []
        for media_id in media_ids:
            known = self._media()[media_id]
            kind = "image" if known["category"] == "tweet_image" else "video"
            media.append({"url": f"/media/{media_id}", "alt": known["alt"], "kind": kind})
        self._state.publish(
            TimelinePost(
                id=f"x:{post_id}",
                platform="x",
                account=f"@{who['username']}",
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=media,
                url=f"https://x.com/{who['username']}/status/{post_id}",
                parent=f"x:{answered}" if answered else None,
            )
        )

    def _owned(self, media_id: str, who: Mapping[str, str]) -> dict[str, Any]:
        media: dict[str, Any] | None = self._media().get(media_id)
        if media is None or media["owner"] != who["id"]:
            raise _invalid("Your media IDs are invalid.")
        return media

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("x", "posts")

    def _media(self) -> dict[str, Any]:
        return self._state.collection("x", "media")


def _described(media_id: str) -> dict[str, Any]:
    return {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": MEDIA_LIFETIME}


def _authenticate(request: Request) -> dict[str, str]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or token == "wrong":  # noqa: S105
        raise _unauthorized()
    try:
        token = token_lookup.static_token(request, "x", token)
    except InvalidToken as error:
        raise _unauthorized() from error
    name = re.sub(r"\W", "_", token.removesuffix("-token"))[:15]
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:7])
    return {"id": str(number), "username": name, "name": name.title()}


def _unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", "Unauthorized")


def _invalid(detail: str) -> ApiError:
    return ApiError(400, "Invalid Request", detail, f"{PROBLEMS}invalid-request")


async def _json(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise _invalid("the body is no JSON object")
    return body

"""The simulated X, with posts and media under /x/2."""

import hashlib
import html
import json
import re
from collections import ChainMap
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import multipart, rich_text
from local.simulator.audience import Audience
from local.simulator.brands import Brand
from local.simulator.demo import Identity
from local.simulator.faults import Faults, Handler
from local.simulator.media_probe import detected_type
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.specification import Specification
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/x/2"
PROBLEM_TYPES = "https://api.x.com/2/problems/"
MEDIA_LIFETIME = 86_400
MAX_IMAGE_BYTES = 5 * 1024 * 1024
CONTENT_TYPES = {"tweet_gif": "image/gif", "tweet_video": "video/mp4", "amplify_video": "video/mp4"}
MAX_TWEET_VIDEO_BYTES = 512 * 1024 * 1024
PUBLIC_METRICS = {
    "retweet_count": 0.02,
    "reply_count": 0.03,
    "like_count": 0.1,
    "quote_count": 0.01,
    "bookmark_count": 0.02,
    "impression_count": 1.0,
}
PRIVATE_METRICS = {"impression_count": 1.0, "url_link_clicks": 0.04, "user_profile_clicks": 0.01}
MAX_PRIVATE_AGE = timedelta(days=30)


class ApiError(Exception):
    """An error response in the format of X, which is a problem document."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank") -> None:
        self.status = status
        self.body = {"title": title, "detail": detail, "type": kind, "status": status}
        super().__init__(detail)


class X:
    """The API of X. Every static bearer token except ``wrong`` is valid.

    A token that begins with ``blind`` can be used to publish but not to list posts.
    """

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("x")
        self._audience = Audience(state, "x")

    def routes(self) -> list[Route]:
        """Return the endpoints of X."""
        calls: list[tuple[str, str, str, Handler]] = [
            ("GET", "/users/me", "me", self.me),
            ("GET", "/users/{id}/tweets", "listing", self.list_posts),
            ("GET", "/tweets", "lookup", self.look_up),
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
            Route(PREFIX + path, self._step(step, handler), methods=[method]) for method, path, step, handler in calls
        ]

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use a problem that X does not document."""
        kind = "about:blank" if status >= 500 else f"{PROBLEM_TYPES}undocumented"
        body = {"title": f"Error {status}", "detail": f"Error {status}", "type": kind, "status": status}
        return JSONResponse(body, status_code=status, media_type="application/problem+json")

    def rate_limited(self, seconds: float) -> Response:
        """Return HTTP status 429, with the time of the reset in epoch seconds."""
        reset = str(round(self._state.now().timestamp() + seconds))
        headers = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
        return JSONResponse(body, status_code=429, headers=headers)

    def expired(self) -> Response:
        """Return the error response for an expired token, with HTTP status 401."""
        return JSONResponse(_unauthorized().body, status_code=401)

    # Endpoints.

    async def me(self, request: Request) -> Response:
        """Return the account to which the token belongs."""
        account = _authenticate(request)
        metrics = {"public_metrics": {"followers_count": self._audience.followers(account["username"])}}
        return JSONResponse({"data": account | (metrics if "user.fields" in request.query_params else {})})

    async def look_up(self, request: Request) -> Response:
        """Return posts by id, with their metrics. A post that does not exist is listed under ``errors``."""
        account, query = _authenticate(request), request.query_params
        fields, ids = query.get("tweet.fields", "").split(","), query["ids"].split(",")
        gone = [
            {
                "value": post_id,
                "resource_id": post_id,
                "resource_type": "tweet",
                "parameter": "ids",
                "title": "Not Found Error",
                "detail": f"Could not find tweet with ids: [{post_id}].",
                "type": f"{PROBLEM_TYPES}resource-not-found",
            }
            for post_id in ids
            if post_id not in self._posts()
        ]
        found = [self._with_metrics(self._posts()[each], fields, account) for each in ids if each in self._posts()]
        return JSONResponse(({"data": found} if found else {}) | ({"errors": gone} if gone else {}))

    async def upload(self, request: Request) -> Response:
        """Store an image."""
        account = _authenticate(request)
        parts = multipart.parse(request.headers.get("content-type", ""), await request.body())
        if "media" not in parts or parts.get("media_category") is None:
            raise _invalid("media and media_category are required")
        content, category = parts["media"].content, parts["media_category"].content.decode()
        if category != "tweet_image" or len(content) > MAX_IMAGE_BYTES:
            raise _invalid("the media is not valid")
        media_id = self._start_upload(account, category, "upload", len(content))
        self._state.media.store(media_id, detected_type(content) or "image/jpeg", content)
        self._media()[media_id]["state"] = "succeeded"
        return JSONResponse({"data": _upload_fields(media_id)})

    async def initialize(self, request: Request) -> Response:
        """Start an upload in chunks."""
        account, body = _authenticate(request), await _json(request)
        category, size = str(body.get("media_category")), body.get("total_bytes")
        if category not in CONTENT_TYPES or type(size) is not int:
            raise _invalid("media_category or total_bytes is not valid")
        if category == "tweet_video" and size > MAX_TWEET_VIDEO_BYTES:
            raise _invalid("the video is too large for its media_category")
        media_id = self._start_upload(account, category, "initialize", size)
        return JSONResponse({"data": _upload_fields(media_id)}, status_code=202)

    async def append(self, request: Request) -> Response:
        """Store a chunk. Replace any earlier chunk with the same index."""
        media = self._owned(request.path_params["id"], _authenticate(request))
        parts = multipart.parse(request.headers.get("content-type", ""), await request.body())
        if media["state"] != "waiting" or not {"media", "segment_index"} <= set(parts):
            raise _invalid("the segment is not valid")
        index, chunk = parts["segment_index"].content.decode(), parts["media"].content
        media["chunks"][index] = len(chunk)
        self._state.media.add_chunk(request.path_params["id"], int(index), chunk)
        self._state.mark_changed()
        return Response(status_code=204)

    async def finalize(self, request: Request) -> Response:
        """Finish an upload and start to process it."""
        media_id = request.path_params["id"]
        media = self._owned(media_id, _authenticate(request))
        numbers = sorted(map(int, media["chunks"]))
        complete = numbers == list(range(len(numbers))) and sum(media["chunks"].values()) == media["size"]
        if media["state"] != "waiting" or not complete:
            raise _invalid("the upload is not complete")
        media["state"] = "pending"
        self._state.media.finish_upload(media_id, CONTENT_TYPES[media["category"]], media["size"])
        self._state.mark_changed()
        return JSONResponse({"data": {**_upload_fields(media_id), "processing_info": self._processing(media)}})

    async def status(self, request: Request) -> Response:
        """Return the status of an upload."""
        account, query = _authenticate(request), request.query_params
        if query.get("command") != "STATUS":
            raise _invalid("command must be STATUS")
        media = self._owned(query.get("media_id", ""), account)
        if media["state"] == "waiting":
            raise _invalid("the upload is not complete")
        if media["state"] in ("pending", "in_progress"):
            if media["polls_left"]:
                media["polls_left"] -= 1
                media["state"] = "in_progress"
            else:
                media["state"] = "failed" if media["fails"] else "succeeded"
        fields = _upload_fields(query["media_id"])
        return JSONResponse({"data": {**fields, "processing_info": self._processing(media)}})

    async def metadata(self, request: Request) -> Response:
        """Store the alt text of an upload."""
        account, body = _authenticate(request), await _json(request)
        media = self._owned(str(body.get("id")), account)
        match body.get("metadata"):
            case {"alt_text": {"text": str(alt)}} if len(alt) <= 1_000:
                media["alt"] = alt
            case _:
                raise _invalid("metadata is not valid")
        return JSONResponse({"data": {"id": body["id"], "associated_metadata": body["metadata"]}})

    async def create_post(self, request: Request) -> Response:
        """Publish a post. Reject a text that the account has already posted, without naming the earlier post."""
        account, body = _authenticate(request), await _json(request)
        text, media = str(body.get("text", "")).strip(), body.get("media")
        media_ids = list(media.get("media_ids", [])) if isinstance(media, Mapping) else []
        if not text and not media_ids:
            raise _invalid("text or media is required")
        self._check(account, body, media_ids)
        own = [post for post in self._posts().values() if post["author_id"] == account["id"]]
        if text and any(post["original_text"] == text for post in own):
            raise ApiError(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        post_id, now = str(self._state.next_id()), self._state.now()
        displayed, entities = self._shorten_urls(text, account, post_id, media_ids)
        options = {name: value for name, value in body.items() if name not in ("text", "media")}
        self._posts()[post_id] = {
            "id": post_id,
            "author_id": account["id"],
            "text": displayed,
            "created_at": iso(now),
            "entities": {"urls": entities},
            "edit_history_post_ids": [post_id],
            **({"attachments": {"media_keys": [f"3_{media_id}" for media_id in media_ids]}} if media_ids else {}),
            "original_text": text,
            "options": options,
        }
        self._publish(post_id, account, text, media_ids, body.get("reply", {}).get("in_reply_to_tweet_id"))
        response: dict[str, Any] = {"data": {"id": post_id, "text": displayed, "edit_history_post_ids": [post_id]}}
        if "quote_tweet_id" in body:  # A partly successful response has both data and errors.
            response["errors"] = [{"title": "Not Found Error", "type": f"{PROBLEM_TYPES}resource-not-found"}]
        return JSONResponse(response, status_code=201)

    async def list_posts(self, request: Request) -> Response:
        """Return an account's posts, newest first. Omit an empty list."""
        account, query = _authenticate(request), request.query_params
        if account["username"].startswith("blind"):
            raise ApiError(403, "Client Forbidden", "Reading is not permitted.", f"{PROBLEM_TYPES}client-forbidden")
        start = datetime.fromisoformat(query.get("start_time", "1970-01-01T00:00:00Z"))
        found = [
            {name: value for name, value in post.items() if name not in ("original_text", "options")}
            for post in reversed(self._posts().values())
            if post["author_id"] == request.path_params["id"] and datetime.fromisoformat(post["created_at"]) >= start
        ][: int(query.get("max_results", "10"))]
        meta = {"result_count": len(found)}
        return JSONResponse({"data": found, "meta": meta} if found else {"meta": meta})

    async def delete_post(self, request: Request) -> Response:
        """Delete a post."""
        account, post_id = _authenticate(request), request.path_params["id"]
        if self._posts().get(post_id, {}).get("author_id") == account["id"]:
            del self._posts()[post_id]
            self._state.remove(f"x:{post_id}")
        return JSONResponse({"data": {"deleted": True}})

    # Helpers.

    def _with_metrics(self, post: Mapping[str, Any], fields: list[str], account: Mapping[str, str]) -> dict[str, Any]:
        shares = {"public_metrics": PUBLIC_METRICS, "non_public_metrics": PRIVATE_METRICS}
        timeline_id = f"x:{post['id']}"
        is_private = post["author_id"] == account["id"] and self._audience.age(timeline_id) < MAX_PRIVATE_AGE
        shown = [name for name in fields if name in shares and (name == "public_metrics" or is_private)]
        counts = {name: self._audience.numbers(timeline_id, shares[name]) for name in shown}
        self._audience.record(timeline_id, ChainMap(*counts.values()))
        return {"id": post["id"], "text": post["text"], "edit_history_tweet_ids": [post["id"]], **counts}

    def _step(self, step: str, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                if (problem := await self._specification.problem_in(request)) is not None:
                    raise _invalid(problem)
                return await handler(request)
            except ApiError as error:
                return JSONResponse(error.body, status_code=error.status, media_type="application/problem+json")

        return self._faults.wrap("x", step, self, endpoint, publishing=step == "tweets")

    def _start_upload(self, account: Mapping[str, str], category: str, step: str, size: int) -> str:
        delay = self._faults.take("x", step, publishing=False, kinds=frozenset({"processing"}))
        failure = self._faults.take("x", step, publishing=False, kinds=frozenset({"media_error"}))
        media_id = str(self._state.next_id())
        self._media()[media_id] = {
            "owner": account["id"],
            "category": category,
            "size": size,
            "state": "waiting",
            "chunks": {},
            "polls_left": delay.polls if delay else 0,
            "fails": failure is not None,
            "alt": "",
        }
        self._state.mark_changed()
        return media_id

    def _processing(self, media: Mapping[str, Any]) -> Mapping[str, Any]:
        if media["state"] == "failed":
            return {"state": "failed", "error": {"code": 1, "name": "InvalidMedia", "message": "InvalidMedia"}}
        return {"state": media["state"], **({} if media["state"] == "succeeded" else {"check_after_secs": 2})}

    def _check(self, account: Mapping[str, str], body: Mapping[str, Any], media_ids: list[str]) -> None:
        categories = [self._owned(media_id, account)["category"] for media_id in media_ids]
        if any(self._owned(media_id, account)["state"] != "succeeded" for media_id in media_ids):
            raise _invalid("Your media IDs are invalid.")
        if len(media_ids) > (4 if set(categories) <= {"tweet_image"} else 1):
            raise _invalid("too many media")
        parent = body["reply"]["in_reply_to_tweet_id"] if "reply" in body else None
        if parent is not None and parent not in self._posts():
            raise ApiError(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.")

    def _shorten_urls(
        self, text: str, account: Mapping[str, str], post_id: str, media_ids: list[str]
    ) -> tuple[str, list[dict[str, Any]]]:
        """Return the text as X's API shows it, and the entities of its shortened URLs."""
        entities: list[dict[str, Any]] = []

        def shorten(expanded: str) -> str:
            url = f"https://t.co/{hashlib.sha256(f'{post_id}{len(entities)}'.encode()).hexdigest()[:10]}"
            entities.append({"url": url, "expanded_url": expanded, "display_url": expanded.partition("//")[2]})
            return url

        displayed = rich_text.URL.sub(lambda match: shorten(match[0]), text)
        displayed = html.escape(displayed, quote=False)
        if media_ids:
            kind = "photo" if self._media()[media_ids[0]]["category"] == "tweet_image" else "video"
            url = shorten(f"https://x.com/{account['username']}/status/{post_id}/{kind}/1")
            entities[-1]["media_key"] = f"3_{media_ids[0]}"
            displayed = f"{displayed} {url}".strip()
        return displayed, entities

    def _publish(
        self, post_id: str, account: Mapping[str, str], text: str, media_ids: list[str], parent: str | None
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
                account=f"@{account['username']}",
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=media,
                url=f"https://x.com/{account['username']}/status/{post_id}",
                parent=f"x:{parent}" if parent else None,
            )
        )

    def _owned(self, media_id: str, account: Mapping[str, str]) -> dict[str, Any]:
        media: dict[str, Any] | None = self._media().get(media_id)
        if media is None or media["owner"] != account["id"]:
            raise _invalid("Your media IDs are invalid.")
        return media

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("x", "posts")

    def _media(self) -> dict[str, Any]:
        return self._state.collection("x", "media")


def _upload_fields(media_id: str) -> dict[str, Any]:
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
    return ApiError(400, "Invalid Request", detail, f"{PROBLEM_TYPES}invalid-request")


async def _json(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise _invalid("the body is not a JSON object")
    return body


simulator = X
brand = Brand(
    parts=("body", "media", "link", "actions"),
    actions=("comment", "repost", "heart", "views", "save"),
    style=("side-avatar",),
    mentions="https://x.com/",
    hashtags="https://x.com/hashtag/",
)
identity = Identity("2/users/me", lambda body: (body["data"]["id"], f"@{body['data']['username']}"))
processing_step = "initialize"

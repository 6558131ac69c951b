"""The simulated Mastodon, a single instance under /mastodon."""

import hashlib
import html
import json
import re
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import regex
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import multipart, rich_text
from local.simulator.audience import Audience
from local.simulator.brands import Brand
from local.simulator.demo import Identity
from local.simulator.faults import Faults, Handler
from local.simulator.oauth.grant import InvalidToken
from local.simulator.oauth.token_lookup import static_token
from local.simulator.specification import Specification
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/mastodon"
KEY_LIFETIME = timedelta(hours=1)
MAX_CHARACTERS = 500
RESERVED_PER_URL = 23
MAX_ATTACHMENTS = 4
IMAGE_LIMIT = 16 * 1024 * 1024
IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "image/avif"]
VIDEO_TYPES, VIDEO_LIMIT = ["video/mp4", "video/quicktime", "video/webm"], 99 * 1024 * 1024
VIDEO_MATRIX_LIMIT, DESCRIPTION_LIMIT = 8_294_400, 1_500
OPTIONAL_FIELDS = ("in_reply_to_id", "spoiler_text", "sensitive", "language", "visibility")
LABELS = {"unlisted": "Unlisted", "private": "Followers only", "direct": "Direct"}
MAX_DISPLAYED_URL = 30
COUNTS = {"favourites_count": 0.1, "replies_count": 0.03, "reblogs_count": 0.02, "quotes_count": 0.01}
MENTION = re.compile(r"(?<![\w/@])@(\w+)(?:@([\w.-]+\w))?")
TAG = re.compile(r"(?<![\w/#])#(\w*[^\W\d]\w*)")


class ApiError(Exception):
    """An error response in the format of Mastodon."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Mastodon:
    """The API of a simulated Mastodon instance. Every bearer token except ``wrong`` is valid, unless it has the form of
    an issued token. ``demo-token`` belongs to ``demo``.
    """

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("mastodon")
        self._audience = Audience(state, "mastodon")

    def routes(self) -> list[Route]:
        """Return the REST endpoints."""
        calls: list[tuple[str, str, str, Handler]] = [
            ("POST", "/api/v2/media", "media", self.upload),
            ("GET", "/api/v1/media/{id}", "media_status", self.media_status),
            ("POST", "/api/v1/statuses", "statuses", self.post_status),
            ("GET", "/api/v1/statuses", "lookup", self.look_up),
            ("GET", "/api/v1/statuses/{id}", "status", self.show_status),
            ("DELETE", "/api/v1/statuses/{id}", "delete", self.delete_status),
            ("GET", "/api/v1/accounts/verify_credentials", "verify_credentials", self.verify_credentials),
            ("GET", "/api/v1/accounts/{id}/statuses", "account_statuses", self.account_statuses),
            ("GET", "/api/v2/instance", "instance", self.instance),
        ]
        routes = []
        for method, path, step, handler in calls:
            endpoint = self._faults.wrap("mastodon", step, self, self._endpoint(handler), publishing=step == "statuses")
            routes.append(Route(PREFIX + path, endpoint, methods=[method]))
        return routes

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``, in Mastodon's format."""
        messages = {
            500: "This method requires an authenticated user",
            503: "There was a temporary problem serving your request, please try again",
        }
        return JSONResponse({"error": messages.get(status, f"Error {status}")}, status_code=status)

    def rate_limited(self, seconds: float) -> Response:
        """Return HTTP status 429, with the time of the reset in ISO 8601."""
        headers = _rate_limit_headers(remaining=0, reset=self._state.now() + timedelta(seconds=seconds))
        return JSONResponse({"error": "Too many requests"}, status_code=429, headers=headers)

    def expired(self) -> Response:
        """Return HTTP status 401, as for a revoked token. Mastodon's tokens do not expire."""
        return JSONResponse({"error": "The access token was revoked"}, status_code=401)

    # Endpoints.

    async def instance(self, request: Request) -> Response:
        """Return the description of this instance, with its limits."""
        return JSONResponse(
            {
                "domain": request.url.netloc,
                "title": "Simulated Mastodon",
                "version": "4.6.0",
                "configuration": {
                    "statuses": {
                        "max_characters": MAX_CHARACTERS,
                        "max_media_attachments": MAX_ATTACHMENTS,
                        "characters_reserved_per_url": RESERVED_PER_URL,
                    },
                    "media_attachments": {
                        "supported_mime_types": IMAGE_TYPES + VIDEO_TYPES,
                        "image_size_limit": IMAGE_LIMIT,
                        "video_size_limit": VIDEO_LIMIT,
                        "video_matrix_limit": VIDEO_MATRIX_LIMIT,
                        "description_limit": DESCRIPTION_LIMIT,
                    },
                },
            }
        )

    async def verify_credentials(self, request: Request) -> Response:
        """Return the account to which the token belongs."""
        account = self._authenticate(request)
        followers = {"followers_count": self._audience.followers(account["username"])}
        return JSONResponse({**self._account(account), **followers})

    async def upload(self, request: Request) -> Response:
        """Store a file. Return HTTP status 202 if the file is still processing."""
        self._authenticate(request)
        parts = multipart.parse(request.headers.get("content-type", ""), await request.body())
        if "file" not in parts:
            raise ApiError(422, "Validation failed: File can't be blank")
        file = parts["file"]
        is_video = file.content_type in VIDEO_TYPES
        limit = VIDEO_LIMIT if is_video else IMAGE_LIMIT
        if file.content_type not in IMAGE_TYPES + VIDEO_TYPES or len(file.content) > limit:
            raise ApiError(422, "Validation failed: File content type is invalid")
        fault = self._faults.take("mastodon", "media", publishing=False, kinds=frozenset({"processing"}))
        media_id = str(self._state.next_id())
        description = parts["description"].content.decode() if "description" in parts else ""
        polls = fault.polls if fault else 0
        self._state.media.store(media_id, file.content_type, file.content)
        self._state.mastodon["media"][media_id] = {
            "polls_left": polls,
            "used": False,
            "description": description,
            "kind": "video" if is_video else "image",
            "size": len(file.content),
            "checksum": zlib.crc32(file.content),
        }
        self._state.mark_changed()
        return JSONResponse(_attachment(request, media_id, ready=not polls), status_code=202 if polls else 200)

    async def media_status(self, request: Request) -> Response:
        """Return a file, with HTTP status 206 if the file is not ready. Return 404 if the file is already attached."""
        self._authenticate(request)
        media_id = request.path_params["id"]
        media = self._state.mastodon["media"].get(media_id)
        if media is None or media["used"]:
            raise ApiError(404, "Record not found")
        if media["polls_left"]:
            media["polls_left"] -= 1
            return JSONResponse(_attachment(request, media_id, ready=False), status_code=206)
        return JSONResponse(_attachment(request, media_id, ready=True))

    async def post_status(self, request: Request) -> Response:
        """Publish a status. For an hour, a request with the same Idempotency-Key returns the same status, regardless of
        its body.
        """
        account = self._authenticate(request)
        key = f"{account['id']}:{request.headers.get('idempotency-key', '')}"
        known = self._state.mastodon["keys"].get(key)
        if (
            known
            and known["expires_at"] > self._state.now().timestamp()
            and known["id"] in self._state.mastodon["statuses"]
        ):
            return JSONResponse(self._state.mastodon["statuses"][known["id"]])
        fields = await _fields(request)
        text = str(fields.get("status") or "").strip()
        media_ids = [str(media_id) for media_id in fields.get("media_ids") or []]
        self._check(text, media_ids)
        if (problem := await self._specification.problem_in(request)) is not None:
            raise ApiError(422, f"Validation failed: {problem}")
        status = self._publish(request, account, text, media_ids, fields)
        if request.headers.get("idempotency-key"):
            expires_at = (self._state.now() + KEY_LIFETIME).timestamp()
            self._state.mastodon["keys"][key] = {"id": status["id"], "expires_at": expires_at}
        return JSONResponse(status)

    async def account_statuses(self, request: Request) -> Response:
        """Return an account's statuses, newest first."""
        self._authenticate(request)
        limit, since = int(request.query_params.get("limit", "20")), int(request.query_params.get("since_id", "0"))
        before = int(request.query_params.get("max_id", "0")) or None
        found = [
            status
            for status in reversed(self._state.mastodon["statuses"].values())
            if status["account"]["id"] == request.path_params["id"]
            and int(status["id"]) > since
            and (before is None or int(status["id"]) < before)
        ]
        return JSONResponse(found[: min(limit, 40)])

    async def look_up(self, request: Request) -> Response:
        """Return statuses by id, with their counts. Statuses that do not exist are omitted."""
        self._authenticate(request)
        if (problem := await self._specification.problem_in(request)) is not None:
            raise ApiError(422, problem)
        known = self._state.mastodon["statuses"]
        ids = request.query_params.getlist("id[]")
        return JSONResponse([self._with_counts(known[status_id]) for status_id in ids if status_id in known])

    async def show_status(self, request: Request) -> Response:
        """Return one status, with its counts."""
        self._authenticate(request)
        status = self._state.mastodon["statuses"].get(request.path_params["id"])
        if status is None:
            raise ApiError(404, "Record not found")
        return JSONResponse(self._with_counts(status))

    async def delete_status(self, request: Request) -> Response:
        """Delete a status and return it."""
        account, status_id = self._authenticate(request), request.path_params["id"]
        status = self._state.mastodon["statuses"].get(status_id)
        if status is None or status["account"]["id"] != account["id"]:
            raise ApiError(404, "Record not found")
        del self._state.mastodon["statuses"][status_id]
        self._state.remove(f"mastodon:{status_id}")
        return JSONResponse(status)

    # Helpers.

    def _with_counts(self, status: Mapping[str, Any]) -> dict[str, Any]:
        return {**status, **self._audience.counts(f"mastodon:{status['id']}", COUNTS)}

    def _authenticate(self, request: Request) -> Mapping[str, str]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token or token == "wrong":  # noqa: S105
            raise ApiError(401, "The access token is invalid")
        try:
            token = static_token(request, "mastodon", token)
        except InvalidToken as invalid:
            reason = "was revoked" if invalid.reason == "revoked" else "is invalid"
            raise ApiError(401, f"The access token {reason}") from None
        name = token.removesuffix("-token") if re.fullmatch(r"\w+-token", token) else "user_" + _numeric_id(token)[:6]
        return {"id": _numeric_id(name), "username": name}

    def _account(self, account: Mapping[str, str]) -> dict[str, str]:
        return {**account, "acct": account["username"], "url": f"https://mastodon.example/@{account['username']}"}

    def _check(self, text: str, media_ids: list[str]) -> None:
        if not text and not media_ids:
            raise ApiError(422, "Validation failed: Text can't be blank")
        if countable_length(text) > MAX_CHARACTERS:
            raise ApiError(422, f"Validation failed: Text character limit of {MAX_CHARACTERS} exceeded")
        if len(media_ids) > MAX_ATTACHMENTS:
            raise ApiError(422, f"Validation failed: Cannot attach more than {MAX_ATTACHMENTS} files")
        kinds = [self._state.mastodon["media"].get(media_id, {}).get("kind") for media_id in media_ids]
        if "video" in kinds and len(kinds) > 1:
            raise ApiError(422, "Validation failed: Cannot attach a video to a post that already contains images")
        for media_id in media_ids:
            media = self._state.mastodon["media"].get(media_id)
            if media is None or media["used"]:
                raise ApiError(422, f"Validation failed: Media {media_id} not found or already attached")
            if media["polls_left"]:
                raise ApiError(422, "Cannot attach files that have not finished processing. Try again in a moment!")

    def _publish(
        self, request: Request, account: Mapping[str, str], text: str, media_ids: list[str], fields: Mapping[str, Any]
    ) -> dict[str, Any]:
        status_id = str(self._state.next_id())
        now = iso(self._state.now())
        url = f"https://mastodon.example/@{account['username']}/{status_id}"
        for media_id in media_ids:
            self._state.mastodon["media"][media_id]["used"] = True
        status = {
            "id": status_id,
            "uri": f"https://mastodon.example/users/{account['username']}/statuses/{status_id}",
            "url": url,
            "created_at": now,
            "content": as_html(text),
            **{name: fields[name] for name in OPTIONAL_FIELDS if name in fields},
            "visibility": str(fields.get("visibility") or "public"),
            "account": self._account(account),
            "media_attachments": [_attachment(request, media_id, ready=True) for media_id in media_ids],
        }
        self._state.mastodon["statuses"][status_id] = status
        known = self._state.mastodon["media"]
        self._state.publish(
            TimelinePost(
                id=f"mastodon:{status_id}",
                platform="mastodon",
                account=f"@{account['username']}@mastodon.example",
                text=text,
                published_at=now,
                segments=rich_text.from_plain_text(text),
                media=[
                    {
                        "url": f"/media/{name}",
                        "alt": known[name]["description"],
                        "kind": known[name].get("kind", "image"),
                    }
                    for name in media_ids
                ],
                url=url,
                parent=f"mastodon:{fields['in_reply_to_id']}" if fields.get("in_reply_to_id") else None,
                title=str(fields.get("spoiler_text") or ""),
                label=LABELS.get(str(fields.get("visibility")), ""),
            )
        )
        return status

    def _endpoint(self, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                response = await handler(request)
            except ApiError as error:
                response = JSONResponse({"error": str(error)}, status_code=error.status)
            response.headers.update(_rate_limit_headers(remaining=299, reset=self._state.now() + timedelta(minutes=5)))
            return response

        return endpoint


def countable_length(text: str) -> int:
    """Return the length in graphemes by Mastodon's rules: a URL counts as 23, and a mention's server is not counted."""
    text = rich_text.URL.sub("x" * RESERVED_PER_URL, text)
    text = MENTION.sub(lambda match: f"@{match[1]}", text)
    return len(regex.findall(r"\X", text))


def as_html(text: str) -> str:
    """Render ``text`` as Mastodon does, with paragraphs, shortened links, mentions and hashtags."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n"))
    return "".join(
        f"<p>{'<br />'.join(_inline(line) for line in paragraph.split(chr(10)))}</p>" for paragraph in paragraphs
    )


def _inline(line: str) -> str:
    rendered = [
        _link(segment["href"]) if "href" in segment else _mentions_and_tags(html.escape(segment["text"], quote=False))
        for segment in rich_text.from_plain_text(line)
    ]
    return "".join(rendered)


def _link(url: str) -> str:
    scheme, rest = re.match(r"(https?://(?:www\.)?)(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]
    displayed, hidden = html.escape(rest[:MAX_DISPLAYED_URL]), html.escape(rest[MAX_DISPLAYED_URL:])
    ellipsis = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span{ellipsis}>{displayed}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def _mentions_and_tags(escaped: str) -> str:
    with_mentions = MENTION.sub(
        lambda match: (
            f'<span class="h-card" translate="no"><a href="https://{match[2] or "mastodon.example"}/@{match[1]}" '
            f'class="u-url mention">@<span>{match[1]}</span></a></span>'
        ),
        escaped,
    )
    return TAG.sub(
        lambda match: (
            f'<a href="https://mastodon.example/tags/{match[1].lower()}" class="mention hashtag" rel="tag">'
            f"#<span>{match[1]}</span></a>"
        ),
        with_mentions,
    )


def _attachment(request: Request, media_id: str, *, ready: bool) -> dict[str, Any]:
    url = f"{str(request.base_url).rstrip('/')}/media/{media_id}"
    return {"id": media_id, "type": "image", "url": url if ready else None, "preview_url": url if ready else None}


async def _fields(request: Request) -> dict[str, Any]:
    """Return the fields of a body. Like Mastodon, accept JSON and forms."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            fields = json.loads(body)
        except ValueError as error:
            raise ApiError(400, "Error occurred while parsing request parameters") from error
        return fields if isinstance(fields, dict) else {}
    form = parse_qs(body.decode())
    return {"status": form.get("status", [""])[0], "media_ids": form.get("media_ids[]", [])}


def _rate_limit_headers(remaining: int, reset: datetime) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": reset.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    }


def _numeric_id(name: str) -> str:
    return str(int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]))


simulator = Mastodon
brand = Brand(
    parts=("title", "body", "media", "link", "actions"),
    actions=("comment", "repost", "heart", "save"),
    style=("stacked", "square", "boxed-title"),
    mentions="https://mastodon.example/@",
    hashtags="https://mastodon.example/tags/",
)
identity = Identity("api/v1/accounts/verify_credentials", lambda user: (user["id"], f"@{user['username']}"))

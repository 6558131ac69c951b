"""The simulated LinkedIn, with members and organisations under /linkedin."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience, grants_metrics
from local.simulator.brands import Brand
from local.simulator.demo import Identity
from local.simulator.faults import Faults, Handler
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.specification import Specification
from local.simulator.state import State, TimelinePost, iso
from minutehand.platforms.api_versions import LINKEDIN_ENDS

PREFIX = "/linkedin"
OLDEST_VERSION, NEWEST_VERSION = LINKEDIN_ENDS[0].version, LINKEDIN_ENDS[-1].version
MAX_CHARACTERS, MAX_COMMENT_CHARACTERS = 3_000, 1_250
CHUNK_BYTES = 4 * 1024 * 1024
MAX_VIDEO_BYTES = 500 * 1024 * 1024
FORMATS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
LITTLE_TEXT = re.compile(
    r"\\(.)|\{hashtag\|\\?#\|((?:\\.|[^\\}])*)\}|@\[([^\]]*)\]\(urn:li:[^)]*\)|([^\\|{}@\[\]()<>*_~])", re.S
)
LABELS = {"CONNECTIONS": "Connections only", "LOGGED_IN": "Members only"}
STATISTICS = {
    "impressionCount": 1.0,
    "uniqueImpressionsCount": 0.7,
    "clickCount": 0.04,
    "likeCount": 0.1,
    "commentCount": 0.03,
    "shareCount": 0.02,
}
MEMBER_METRICS = {"IMPRESSION": 1.0, "MEMBERS_REACHED": 0.7, "REACTION": 0.1, "COMMENT": 0.03, "RESHARE": 0.02}
AUTHOR = re.compile(r"urn:li:(?:person|organization):[\w-]+")


class ApiError(Exception):
    """An error response in the format of LinkedIn."""

    def __init__(self, status: int, message: str, service_code: int | None = None, **more: Any) -> None:
        self.status = status
        self.body = {
            "message": message,
            "status": status,
            **({"serviceErrorCode": service_code} if service_code else {}),
            **more,
        }
        super().__init__(message)


class LinkedIn:
    """The API of LinkedIn. Every static bearer token except ``wrong`` and ``revoked`` is valid and belongs to a member.

    Every member administers one organisation. A token that begins with ``member`` cannot be used to read posts,
    comments, media or the data of organisations.
    """

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("linkedin")
        self._audience = Audience(state, "linkedin")

    def routes(self) -> list[Route]:
        """Return the endpoints of LinkedIn."""
        rest, actions = f"{PREFIX}/rest", f"{PREFIX}/v2/socialActions"
        start = {"images": self._step("images", self.start_image), "videos": self._step("videos", self.start_video)}
        finalize = self._step("finalize", self.finalize)

        async def upload_action(request: Request) -> Response:
            if request.query_params.get("action") == "finalizeUpload":
                return await finalize(request)
            return await start[request.path_params["kind"]](request)

        return [
            Route(f"{PREFIX}/v2/userinfo", self._step("userinfo", self.userinfo), methods=["GET"]),
            Route(f"{rest}/organizationAcls", self._step("organization_acls", self.list_roles), methods=["GET"]),
            Route(f"{rest}/organizations", self._step("organizations", self.list_organisations), methods=["GET"]),
            Route(f"{rest}/posts", self._step("posts", self.create_post), methods=["POST"]),
            Route(f"{rest}/posts", self._step("listing", self.list_posts), methods=["GET"]),
            Route(f"{rest}/posts/{{urn}}", self._step("post", self.show_post), methods=["GET"]),
            Route(f"{rest}/posts/{{urn}}", self._step("delete", self.delete_post), methods=["DELETE"]),
            Route(f"{actions}/{{urn}}/comments", self._step("comment", self.comment), methods=["POST"]),
            Route(f"{actions}/{{urn}}/comments", self._step("comment_listing", self.list_comments), methods=["GET"]),
            Route(f"{rest}/socialActions/{{urn}}/comments", self._step("closed", self.refuse_comment)),
            *(
                Route(f"{rest}/{path}", self._step(step, handler), methods=["GET"])
                for path, step, handler in (
                    ("organizationalEntityShareStatistics", "share_statistics", self.share_statistics),
                    ("memberCreatorPostAnalytics", "member_analytics", self.member_analytics),
                    ("networkSizes/{urn}", "network_size", self.network_size),
                    ("memberFollowersCount", "member_followers", self.member_followers),
                )
            ),
            Route(f"{rest}/{{kind:path}}", upload_action, methods=["POST"]),
            Route(f"{rest}/{{kind}}/{{urn}}", self._step("media_status", self.media_status), methods=["GET"]),
            Route(f"{PREFIX}/dms-uploads/{{id}}/{{chunk:int}}", self._step("upload", self.upload), methods=["PUT"]),
        ]

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use a code that LinkedIn does not
        document.
        """
        if status >= 500:
            return JSONResponse({"message": "Internal Server Error", "status": status}, status_code=status)
        body = {"message": "Something went sideways.", "status": status, "code": "SOMETHING_ELSE"}
        return JSONResponse(body, status_code=status)

    def rate_limited(self, seconds: float) -> Response:  # noqa: ARG002
        """Return HTTP status 429. Like LinkedIn's response, this response has no `Retry-After` header."""
        message = "Resource level throttle limit for calls to this resource is reached."
        return JSONResponse({"status": 429, "serviceErrorCode": 101, "message": message}, status_code=429)

    def expired(self) -> Response:
        """Return the error response for an expired token, with HTTP status 401."""
        error = _expired()
        return JSONResponse(error.body, status_code=error.status)

    # Endpoints.

    async def userinfo(self, request: Request) -> Response:
        """Return the member to whom the token belongs."""
        name = _authenticate(request)
        return JSONResponse({"sub": _short_id(name), "name": name.title()})

    async def list_roles(self, request: Request) -> Response:
        """Return the organisation that the member administers. The organisation is named after the member."""
        name, query = _require_administrator(request), request.query_params
        if query.get("q") != "roleAssignee" or request.headers.get("x-restli-method") != "FINDER":
            raise _invalid("only the finder roleAssignee is simulated")
        role = {"role": "ADMINISTRATOR", "state": "APPROVED", "roleAssignee": f"urn:li:person:{_short_id(name)}"}
        elements = [{**role, "organization": f"urn:li:organization:{_numeric_id(name)}"}]
        start, count = int(query.get("start", "0")), int(query.get("count", "10"))
        paging = {"start": start, "count": count, "total": len(elements)}
        return JSONResponse({"elements": elements[start : start + count], "paging": paging})

    async def list_organisations(self, request: Request) -> Response:
        """Return the requested organisations. Return an error for each organisation that the member does not
        administer.
        """
        name = _require_administrator(request)
        query = re.fullmatch(r"ids=List\((\d+(?:,\d+)*)\)", request.url.query)
        if query is None or request.headers.get("x-restli-method") != "BATCH_GET":
            raise _invalid("ids is not a list")
        known = {_numeric_id(name): {"localizedName": f"{name.title()} Ltd", "vanityName": f"{name}-ltd"}}
        ids = query[1].split(",")
        results = {number: {"id": int(number), **known[number]} for number in ids if number in known}
        errors = {number: {"status": 403, "code": "ACCESS_DENIED"} for number in ids if number not in known}
        return JSONResponse({"results": results, "errors": errors})

    async def start_image(self, request: Request) -> Response:
        """Start the upload of an image."""
        body = await _body(request, "initializeUploadRequest")
        media_id = self._start("images", "image", body, size=None, chunks=1)
        value = {"uploadUrl": _upload_url(request, media_id, 0), "uploadUrlExpiresAt": self._milliseconds() + 3_600_000}
        return JSONResponse({"value": {**value, "image": f"urn:li:image:{media_id}"}})

    async def start_video(self, request: Request) -> Response:
        """Start the upload of a video in chunks of 4 MiB."""
        body = await _body(request, "initializeUploadRequest")
        size = body.get("fileSizeBytes")
        if type(size) is not int or not 1 <= size <= MAX_VIDEO_BYTES:
            raise _invalid("fileSizeBytes is not valid")
        starts = range(0, size, CHUNK_BYTES)
        media_id = self._start("videos", "video", body, size=size, chunks=len(starts))
        instructions = [
            {
                "uploadUrl": _upload_url(request, media_id, number),
                "firstByte": start,
                "lastByte": min(start + CHUNK_BYTES, size) - 1,
            }
            for number, start in enumerate(starts)
        ]
        urn = f"urn:li:video:{media_id}"
        return JSONResponse({"value": {"video": urn, "uploadToken": "", "uploadInstructions": instructions}})

    async def upload(self, request: Request) -> Response:
        """Store an image or a chunk of a video."""
        _authenticate(request)
        media_id, number, content = request.path_params["id"], request.path_params["chunk"], await request.body()
        media = self._media().get(media_id)
        if media is None or number >= media["chunks"] or not content:
            raise ApiError(400, "Bad Request")
        if media["kind"] == "image":
            kind = next((kind for signature, kind in FORMATS.items() if content.startswith(signature)), "image/unknown")
            self._state.media.store(media_id, kind, content)
            media["status"] = "PROCESSING"
        else:
            self._state.media.add_chunk(media_id, number, content)
        etag = hashlib.sha256(content).hexdigest()[:32]
        media["etags"][str(number)], media["sizes"][str(number)] = etag, len(content)
        self._state.mark_changed()
        return Response(status_code=201 if media["kind"] == "image" else 200, headers={"ETag": f'"{etag}"'})

    async def finalize(self, request: Request) -> Response:
        """Finish the upload of a video."""
        body = await _body(request, "finalizeUploadRequest")
        media = self._media().get(str(body.get("video")).rpartition(":")[2])
        if media is None or media["status"] != "WAITING_UPLOAD":
            raise ApiError(400, "Bad Request")
        etags = [media["etags"].get(str(number)) for number in range(media["chunks"])]
        if body.get("uploadedPartIds") != etags or sum(media["sizes"].values()) != media["size"]:
            raise _invalid("uploadedPartIds do not match the upload")
        media["status"] = "PROCESSING"
        self._state.media.finish_upload(str(body["video"]).rpartition(":")[2], "video/mp4", media["size"])
        self._state.mark_changed()
        return Response(status_code=200)

    async def media_status(self, request: Request) -> Response:
        """Return the status of an image or a video."""
        self._require_read_access(request, "images")
        urn = request.path_params["urn"]
        media = self._media().get(urn.rpartition(":")[2])
        if media is None:
            raise ApiError(404, f"Entity with key {urn} not found")
        if media["status"] == "PROCESSING":
            if media["polls_left"]:
                media["polls_left"] -= 1
            else:
                media["status"] = "PROCESSING_FAILED" if media["fails"] else "AVAILABLE"
        return JSONResponse({"id": urn, "status": media["status"], "owner": media["owner"]})

    async def create_post(self, request: Request) -> Response:
        """Publish a post and return its id in a header of an empty response. Reject a duplicate."""
        token = _authenticate(request)
        body = await _json(request)
        author, commentary = body.get("author"), body.get("commentary")
        if not isinstance(author, str) or not AUTHOR.fullmatch(author) or not isinstance(commentary, str):
            raise _invalid("author and commentary are required")
        if body.get("lifecycleState") != "PUBLISHED" or body.get("visibility") not in (
            "PUBLIC",
            "CONNECTIONS",
            "LOGGED_IN",
        ):
            raise _invalid("lifecycleState or visibility is not valid")
        text, items = displayed_text(commentary), _items(body.get("content"))
        if len(text) > MAX_CHARACTERS:
            raise _invalid(f"commentary is longer than {MAX_CHARACTERS} characters")
        for item in items:
            self._check_ready(str(item.get("id")), author)
        fingerprint = json.dumps([author, commentary, body.get("content")], sort_keys=True)
        for urn, post in self._posts().items():
            if post.get("fingerprint") == fingerprint:
                raise ApiError(
                    422,
                    f"Content is a duplicate of {urn}",
                    errorDetailType="com.linkedin.common.error.BadRequest",
                    errorDetails={
                        "inputErrors": [{"code": "DUPLICATE_POST", "description": "Duplicate post is detected"}]
                    },
                )
        urn = f"urn:li:share:{self._state.next_id()}"
        post = {**body, "id": urn, "createdAt": self._milliseconds(), "lastModifiedAt": self._milliseconds()}
        self._posts()[urn] = {**post, "fingerprint": fingerprint}
        link, label = _link_card(body.get("content")), LABELS.get(body["visibility"], "")
        self._publish(urn, author, text, items, name=_display_name(author, token), link=link, label=label)
        return Response(status_code=201, headers={"x-restli-id": urn})

    async def list_posts(self, request: Request) -> Response:
        """Return an author's posts, newest first."""
        self._require_read_access(request, "posts")
        query = request.query_params
        if request.headers.get("x-restli-method") != "FINDER" or query.get("q") != "author":
            raise _invalid("only the finder `author` is simulated")
        own = [post for post in self._posts().values() if post.get("author") == query.get("author")]
        elements = [_public_fields(post) for post in reversed(own)][: int(query.get("count", "10"))]
        return JSONResponse({"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}})

    async def show_post(self, request: Request) -> Response:
        """Return one post."""
        self._require_read_access(request, "posts")
        return JSONResponse(_public_fields(self._post(request.path_params["urn"])))

    async def delete_post(self, request: Request) -> Response:
        """Delete a post. Return HTTP status 204 even if the post does not exist."""
        _authenticate(request)
        self._posts().pop(request.path_params["urn"], None)
        self._state.remove(f"linkedin:{request.path_params['urn']}")
        return Response(status_code=204)

    # Metrics.

    async def share_statistics(self, request: Request) -> Response:
        """Return the statistics of an organisation's posts. Posts that do not exist are omitted."""
        _require_administrator(request)
        elements = [
            {
                "organizationalEntity": request.query_params["organizationalEntity"],
                name.removesuffix("s"): urn,
                "totalShareStatistics": self._statistics(urn),
            }
            for name in ("shares", "ugcPosts")
            for urn in request.query_params.get(name, "List()")[len("List(") : -1].split(",")
            if urn in self._posts()
        ]
        return JSONResponse({"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}})

    async def member_analytics(self, request: Request) -> Response:
        """Return one metric of a member's post."""
        if not grants_metrics(request, "linkedin", _authenticate(request), "r_member_postAnalytics"):
            raise ApiError(403, "Not enough permissions to access: memberCreatorPostAnalytics.FINDER-entity", 100)
        kind, _, urn = request.query_params["entity"][1:-1].partition(":")
        metric = request.query_params["queryType"]
        self._post(urn)
        counts = self._audience.counts(f"linkedin:{urn}", {metric: MEMBER_METRICS[metric]})
        elements = [{"count": count, "metricType": metric, "targetEntity": {kind: urn}} for count in counts.values()]
        return JSONResponse({"elements": elements, "paging": {"start": 0, "count": 1, "links": []}})

    async def network_size(self, request: Request) -> Response:
        """Return the number of followers of an organisation."""
        _require_administrator(request)
        return JSONResponse({"firstDegreeSize": self._audience.followers(request.path_params["urn"])})

    async def member_followers(self, request: Request) -> Response:
        """Return the number of followers of the member."""
        name = _authenticate(request)
        if not grants_metrics(request, "linkedin", name, "r_member_profileAnalytics"):
            raise ApiError(403, "Not enough permissions to access: memberFollowersCount.FINDER-me", 100)
        return JSONResponse({"elements": [{"memberFollowersCount": self._audience.followers(name)}]})

    def _statistics(self, urn: str) -> dict[str, Any]:
        return {**self._audience.counts(f"linkedin:{urn}", STATISTICS), "engagement": 0.125}

    # Comments.

    async def comment(self, request: Request) -> Response:
        """Comment on a post or on a comment. A repeated call creates another comment."""
        token = _authenticate(request)
        parent, body = request.path_params["urn"], await _json(request)
        self._post(parent)
        text = body["message"].get("text") if isinstance(body.get("message"), Mapping) else None
        if not isinstance(text, str) or len(text) > MAX_COMMENT_CHARACTERS or not AUTHOR.fullmatch(str(body["actor"])):
            raise _invalid("message is not valid")
        images = [entity["entity"]["image"] for entity in body.get("content", [])]
        for image in images:
            self._check_ready(image, str(body["actor"]))
        number = str(self._state.next_id())
        urn = f"urn:li:comment:({body['object']},{number})"
        created = {"actor": body["actor"], "time": self._milliseconds()}
        comment = {**body, "id": number, "commentUrn": urn, "created": created, "parent": parent}
        self._posts()[urn] = comment
        replied_to = str(body.get("parentComment") or parent)
        actor, items = str(body["actor"]), [{"id": image} for image in images]
        self._publish(urn, actor, text, items, name=_display_name(actor, token), parent=f"linkedin:{replied_to}")
        return JSONResponse(_public_fields(comment), status_code=201, headers={"x-restli-id": number})

    async def refuse_comment(self, request: Request) -> Response:
        """Refuse a comment by the versioned call, which accepts only the scopes of the Community Management API."""
        _authenticate(request)
        version = request.headers.get("linkedin-version", "")
        message = f"Not enough permissions to access: partnerApiSocialActions.CREATE.{version}"
        raise ApiError(403, message, 100, code="ACCESS_DENIED")

    async def list_comments(self, request: Request) -> Response:
        """Return the comments on a post, newest first."""
        self._require_read_access(request, "socialActions")
        found = [
            _public_fields(post) for post in self._posts().values() if post.get("parent") == request.path_params["urn"]
        ]
        return JSONResponse({"elements": list(reversed(found)), "paging": {"start": 0, "count": len(found)}})

    # Helpers.

    def _step(self, step: str, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                if "/rest/" in request.url.path:
                    _check_version(request)
                if "authorization" in request.headers and (problem := await self._specification.problem_in(request)):
                    raise _invalid(problem)
                return await handler(request)
            except ApiError as error:
                return JSONResponse(error.body, status_code=error.status)

        return self._faults.wrap("linkedin", step, self, endpoint, publishing=step in ("posts", "comment"))

    def _start(self, step: str, kind: str, body: Mapping[str, Any], *, size: int | None, chunks: int) -> str:
        owner = body.get("owner")
        if not isinstance(owner, str) or not AUTHOR.fullmatch(owner):
            raise _invalid("owner is required")
        delay = self._faults.take("linkedin", step, publishing=False, kinds=frozenset({"processing"}))
        failure = self._faults.take("linkedin", step, publishing=False, kinds=frozenset({"media_error"}))
        media_id = f"C4E{self._state.next_id()}"
        self._media()[media_id] = {
            "kind": kind,
            "owner": owner,
            "status": "WAITING_UPLOAD",
            "size": size,
            "chunks": chunks,
            "etags": {},
            "sizes": {},
            "polls_left": delay.polls if delay else 0,
            "fails": failure is not None,
        }
        self._state.mark_changed()
        return media_id

    def _check_ready(self, urn: str, owner: str) -> None:
        media = self._media().get(urn.rpartition(":")[2])
        if media is None or media["owner"] != owner or media["status"] not in ("AVAILABLE", "PROCESSING"):
            raise _invalid(f"{urn} is not ready")

    def _publish(self, urn: str, author: str, text: str, items: Sequence[Mapping[str, Any]], **more: Any) -> None:
        self._state.publish(
            TimelinePost(
                id=f"linkedin:{urn}",
                platform="linkedin",
                account=author.removeprefix("urn:li:"),
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=[_media_item(item) for item in items],
                url=f"https://www.linkedin.com/feed/update/{urn}",
                **more,
            )
        )

    def _require_read_access(self, request: Request, resource: str) -> None:
        if _authenticate(request).startswith("member"):
            raise ApiError(403, f"Not enough permissions to access: {resource}.GET", 100, code="ACCESS_DENIED")

    def _post(self, urn: str) -> Mapping[str, Any]:
        post: Mapping[str, Any] | None = self._posts().get(urn)
        if post is None:
            raise ApiError(404, f"Entity with key {urn} not found", code="NOT_FOUND")
        return post

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("linkedin", "posts")

    def _media(self) -> dict[str, Any]:
        return self._state.collection("linkedin", "media")

    def _milliseconds(self) -> int:
        return int(self._state.now().timestamp() * 1000)


def displayed_text(commentary: str) -> str:
    """Return the text that readers see, with hashtags and mentions. The text ends at any other reserved character that
    is not escaped.
    """
    pieces, at = [], 0
    while (match := LITTLE_TEXT.match(commentary, at)) is not None:
        escaped, hashtag, mention, plain = match.groups()
        pieces.append(f"#{re.sub(r'\\(.)', r'\1', hashtag)}" if hashtag is not None else escaped or mention or plain)
        at = match.end()
    return "".join(pieces)


def _items(content: Any) -> list[Mapping[str, Any]]:
    match content:
        case {"multiImage": {"images": list(images)}} if 2 <= len(images) <= 20:
            return list(images)
        case {"media": {"id": str()} as item}:
            return [item]
        case None | {"article": {"source": str(), "title": str()}}:
            return []
        case _:
            raise _invalid("content is not valid")


def _display_name(author: str, name: str) -> str:
    """Return the display name of ``author``, on whose behalf the member ``name`` writes."""
    return name.title() if author.startswith("urn:li:person:") else f"{name.title()} Ltd"


def _link_card(content: Any) -> dict[str, str] | None:
    match content:
        case {"article": {"source": str(url), "title": str(title), **more}}:
            return {"url": url, "title": title, "description": str(more.get("description", ""))}
    return None


def _media_item(item: Mapping[str, Any]) -> dict[str, str]:
    urn, alt = str(item["id"]), str(item.get("altText", ""))
    kind = "video" if urn.startswith("urn:li:video:") else "image"
    return {"url": f"/media/{urn.rpartition(':')[2]}", "alt": alt, "kind": kind}


def _public_fields(post: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in post.items() if name not in ("fingerprint", "parent")}


def _authenticate(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or token == "wrong":  # noqa: S105
        raise ApiError(401, "Invalid access token", 65600)
    if token == "revoked":  # noqa: S105
        raise _revoked()
    try:
        return token_lookup.static_token(request, "linkedin", token).removesuffix("-token")
    except InvalidToken as error:
        if error.reason == "expired":
            raise _expired() from error
        raise _revoked() if error.reason == "revoked" else ApiError(401, "Invalid access token", 65600) from error


def _require_administrator(request: Request) -> str:
    name, token = _authenticate(request), request.headers["authorization"].partition(" ")[2]
    issued = token_lookup.issued_token(request, "linkedin", token)
    if name.startswith("member") or (issued is not None and "rw_organization_admin" not in issued.grant.scopes):
        raise ApiError(403, "Not enough permissions to access: organizationAcls", 100)
    return name


def _expired() -> ApiError:
    return ApiError(401, "The token used in the request has expired", 65602, code="EXPIRED_ACCESS_TOKEN")


def _revoked() -> ApiError:
    return ApiError(401, "The token used in the request has been revoked", 65601, code="REVOKED_ACCESS_TOKEN")


def _check_version(request: Request) -> None:
    version = request.headers.get("linkedin-version", "")
    if not re.fullmatch(r"\d{6}", version) or request.headers.get("x-restli-protocol-version") != "2.0.0":
        raise ApiError(400, "A version must be present. Please specify a version")
    if not OLDEST_VERSION <= version <= NEWEST_VERSION:
        raise ApiError(426, f"Requested version {version} is not active", code="NONEXISTENT_VERSION")


async def _json(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise _invalid("the body is not a JSON object")
    return body


async def _body(request: Request, name: str) -> Mapping[str, Any]:
    _authenticate(request)
    body = (await _json(request)).get(name)
    if not isinstance(body, Mapping):
        raise _invalid(f"{name} is required")
    return body


def _invalid(message: str) -> ApiError:
    return ApiError(400, message, errorDetails={"inputErrors": [{"code": "INVALID_VALUE", "description": message}]})


def _upload_url(request: Request, media_id: str, chunk: int) -> str:
    return f"{str(request.base_url).rstrip('/')}{PREFIX}/dms-uploads/{media_id}/{chunk}"


def _short_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:10]


def _numeric_id(name: str) -> str:
    return str(int(_short_id(name)[:7], 16))


simulator = LinkedIn
brand = Brand(
    parts=("body", "media", "link", "actions"),
    actions=("like Like", "comment Comment", "repost Repost", "send Send"),
    style=("stacked", "bleed", "action-bar"),
    hashtags="https://www.linkedin.com/feed/hashtag/",
)
identity = Identity("v2/userinfo", lambda member: (f"urn:li:person:{member['sub']}", member["name"]))
processing_step = "videos"

"""The simulated Bluesky, a personal data server (PDS) that serves XRPC calls under /bluesky/xrpc."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import regex
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.faults import Faults
from local.simulator.specification import Specification
from local.simulator.state import State, TimelinePost, iso

PREFIX = "/bluesky"
POST = "app.bsky.feed.post"
TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
ACCESS_LIFETIME = timedelta(hours=2)
REFRESH_LIFETIME = timedelta(days=90)
KNOWN_HANDLES = ("demo.bsky.social", "bsky.app", "friend.bsky.social")
MAX_BLOB_BYTES, MAX_VIDEO_BYTES = 2_000_000, 300_000_000


class XrpcError(Exception):
    """An error response of an XRPC call."""

    def __init__(self, status: int, name: str, message: str) -> None:
        self.status, self.name, self.message = status, name, message
        super().__init__(message)


class Bluesky:
    """The simulated PDS."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("bluesky")

    def routes(self) -> list[Route]:
        """Return the XRPC endpoints."""
        calls = {
            "com.atproto.server.describeServer": ("GET", self.describe_server),
            "com.atproto.server.createSession": ("POST", self.create_session),
            "com.atproto.server.refreshSession": ("POST", self.refresh_session),
            "com.atproto.repo.uploadBlob": ("POST", self.upload_blob),
            "com.atproto.repo.putRecord": ("POST", self.put_record),
            "com.atproto.repo.createRecord": ("POST", self.create_record),
            "com.atproto.repo.deleteRecord": ("POST", self.delete_record),
            "com.atproto.repo.getRecord": ("GET", self.get_record),
            "com.atproto.repo.listRecords": ("GET", self.list_records),
            "com.atproto.identity.resolveHandle": ("GET", self.resolve_handle),
        }
        routes = []
        for nsid, (method, handler) in calls.items():
            step = nsid.rsplit(".", 1)[1]
            publishing = step in ("putRecord", "createRecord")
            endpoint = self._faults.wrap("bluesky", step, self, self._endpoint(handler), publishing=publishing)
            routes.append(Route(f"{PREFIX}/xrpc/{nsid}", endpoint, methods=[method]))
        return routes

    # Error responses.

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use a name that no PDS documents."""
        names = {500: "InternalServerError", 502: "UpstreamFailure", 503: "NotEnoughResources", 504: "UpstreamTimeout"}
        if status < 500:
            return self._error(XrpcError(status, "SomethingElse", "Something went sideways."))
        name = names.get(status, "InvalidRequest")
        return self._error(XrpcError(status, name, "Internal Server Error" if status == 500 else name))

    def rate_limited(self, seconds: float) -> Response:
        """Return HTTP status 429, with RateLimit headers and the time of the reset in epoch seconds."""
        response = self._error(XrpcError(429, "RateLimitExceeded", "Rate Limit Exceeded"))
        reset = self._state.now() + timedelta(seconds=seconds)
        response.headers.update(_rate_limit_headers(remaining=0, reset=reset))
        return response

    def expired(self) -> Response:
        """Return the error response for an expired token. Like the PDS, use HTTP status 400, not 401."""
        return self._error(XrpcError(400, "ExpiredToken", "Token has expired"))

    async def describe_server(self, request: Request) -> Mapping[str, Any]:
        """Return the limit for uploaded files."""
        return {
            "did": f"did:web:{request.url.hostname}",
            "availableUserDomains": [".bsky.social"],
            "blobUploadLimit": MAX_VIDEO_BYTES,
        }

    # Sessions.

    async def create_session(self, request: Request) -> Mapping[str, Any]:
        """Log in with an app password. Every password except ``wrong`` is valid."""
        body = await _body(request)
        identifier, password = body.get("identifier"), body.get("password")
        if not isinstance(identifier, str) or not isinstance(password, str) or not identifier:
            raise XrpcError(400, "InvalidRequest", "Input must have the properties identifier and password")
        if password == "wrong":  # noqa: S105
            raise XrpcError(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session(request, identifier.removeprefix("@").lower())

    async def refresh_session(self, request: Request) -> Mapping[str, Any]:
        """Exchange a refresh token for a new pair of tokens."""
        return self._session(request, self._authenticate(request, "refresh")["handle"])

    def _session(self, request: Request, handle: str) -> Mapping[str, Any]:
        did = did_of(handle)
        body = {"did": did, "handle": handle, "active": True}
        for kind, name, lifetime in (
            ("access", "accessJwt", ACCESS_LIFETIME),
            ("refresh", "refreshJwt", REFRESH_LIFETIME),
        ):
            expires = self._state.now() + lifetime
            token = _jwt({"scope": f"com.atproto.{kind}", "sub": did, "exp": int(expires.timestamp())})
            self._state.bluesky["sessions"][token] = {
                "kind": kind,
                "did": did,
                "handle": handle,
                "expires": expires.timestamp(),
            }
            body[name] = token
        self._state.mark_changed()
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer"}
        endpoint = str(request.base_url).rstrip("/") + PREFIX
        return {**body, "didDoc": {"id": did, "service": [{**service, "serviceEndpoint": endpoint}]}}

    def _authenticate(self, request: Request, kind: str = "access") -> Mapping[str, Any]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise XrpcError(401, "AuthMissing", "Authentication Required")
        session: Mapping[str, Any] | None = self._state.bluesky["sessions"].get(token)
        if session is None or session["kind"] != kind:
            raise XrpcError(400, "InvalidToken", "Token could not be verified")
        if session["expires"] <= self._state.now().timestamp():
            raise XrpcError(400, "ExpiredToken", "Token has expired")
        return session

    # Records.

    async def upload_blob(self, request: Request) -> Mapping[str, Any]:
        """Store an image or a video."""
        self._authenticate(request)
        content = await request.body()
        content_type = request.headers.get("content-type", "application/octet-stream")
        is_video = content_type == "video/mp4"
        if len(content) > (MAX_VIDEO_BYTES if is_video else MAX_BLOB_BYTES):
            raise XrpcError(413, "PayloadTooLarge", "request entity too large")
        link = _cid(0x55, content)
        self._state.media.store(link, content_type, content)
        self._state.mark_changed()
        return {"blob": {"$type": "blob", "ref": {"$link": link}, "mimeType": content_type, "size": len(content)}}

    async def put_record(self, request: Request) -> Mapping[str, Any]:
        """Write a record with the key that the client chose. Repeating the same record changes nothing."""
        body, session = await _body(request), self._authenticate(request)
        did, rkey, record = self._validated(body, session)
        if (problem := await self._specification.problem_in(request)) is not None:
            raise XrpcError(400, "InvalidRequest", f"Invalid {POST} record: {problem}")
        uri = f"at://{did}/{POST}/{rkey}"
        cid = _record_cid(record)
        existing = self._state.bluesky["records"].get(uri)
        if existing is not None and existing["cid"] == cid:
            return {"uri": uri, "cid": cid, "validationStatus": "valid"}
        if "swapRecord" in body and body["swapRecord"] != (existing or {}).get("cid"):
            raise XrpcError(400, "InvalidSwap", f"Record was at {(existing or {}).get('cid', 'null')}")
        return self._write(uri, cid, record, session)

    async def create_record(self, request: Request) -> Mapping[str, Any]:
        """Write a new record. If the key exists, fail with HTTP status 500, as the reference PDS does."""
        body, session = await _body(request), self._authenticate(request)
        body.setdefault("rkey", _next_tid(self._state.next_id()))
        did, rkey, record = self._validated(body, session)
        uri = f"at://{did}/{POST}/{rkey}"
        if uri in self._state.bluesky["records"]:
            raise XrpcError(500, "InternalServerError", "Internal Server Error")
        return self._write(uri, _record_cid(record), record, session)

    async def delete_record(self, request: Request) -> Mapping[str, Any]:
        """Delete a record. Succeed even if the record does not exist."""
        body, session = await _body(request), self._authenticate(request)
        uri = f"at://{session['did']}/{body.get('collection')}/{body.get('rkey')}"
        self._state.bluesky["records"].pop(uri, None)
        self._state.remove(uri)
        return {}

    async def get_record(self, request: Request) -> Mapping[str, Any]:
        """Return one record. No session is required."""
        query = request.query_params
        did = did_of(query.get("repo", ""))
        uri = f"at://{did}/{query.get('collection')}/{query.get('rkey')}"
        found = self._state.bluesky["records"].get(uri)
        if found is None:
            raise XrpcError(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {"uri": uri, "cid": found["cid"], "value": found["value"]}

    async def list_records(self, request: Request) -> Mapping[str, Any]:
        """Return an account's records, newest first."""
        query = request.query_params
        start = f"at://{did_of(query.get('repo', ''))}/{query.get('collection')}/"
        uris = sorted((uri for uri in self._state.bluesky["records"] if uri.startswith(start)), reverse=True)
        found = [{"uri": uri, **self._state.bluesky["records"][uri]} for uri in uris[: int(query.get("limit", "50"))]]
        return {"records": found}

    async def resolve_handle(self, request: Request) -> Mapping[str, Any]:
        """Return the DID of a handle. The handle must have logged in or be one that always exists."""
        handle = request.query_params.get("handle", "").lower()
        sessions = self._state.bluesky["sessions"].values()
        if handle in KNOWN_HANDLES or any(session["handle"] == handle for session in sessions):
            return {"did": did_of(handle)}
        raise XrpcError(400, "InvalidRequest", "Unable to resolve handle")

    def _validated(self, body: Mapping[str, Any], session: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
        if body.get("repo") not in (session["did"], session["handle"]):
            raise XrpcError(403, "Forbidden", "Cannot write to another account's repository")
        rkey, record = body.get("rkey"), body.get("record")
        if body.get("collection") != POST or not isinstance(record, dict) or record.get("$type") != POST:
            raise XrpcError(400, "InvalidRequest", f"Invalid record: only {POST} is simulated")
        if not isinstance(rkey, str) or not TID.fullmatch(rkey):
            raise XrpcError(400, "InvalidRequest", "Invalid record key: not a TID")
        for problem in self._problems(record):
            raise XrpcError(400, "InvalidRequest", f"Invalid {POST} record: {problem}")
        return session["did"], rkey, record

    def _problems(self, record: Mapping[str, Any]) -> list[str]:
        text, created = record.get("text"), record.get("createdAt")
        if not isinstance(text, str):
            return ["Record must have the property 'text'"]
        if not isinstance(created, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", created):
            return ["Record/createdAt must be a valid atproto datetime"]
        problems = []
        size = len(text.encode())
        if len(regex.findall(r"\X", text)) > 300:
            problems.append("Record/text must not be longer than 300 graphemes")
        if size > 3000:
            problems.append("Record/text must not be longer than 3000 bytes")
        for facet in record.get("facets", []):
            index = facet["index"]
            if not 0 <= index["byteStart"] < index["byteEnd"] <= size or not facet["features"]:
                problems.append("Record/facets must lie within the text")
        images = _images(record)
        if len(images) > 4:
            problems.append("Record/embed/images must not have more than 4 elements")
        for image in images:
            if not isinstance(image.get("alt"), str):
                problems.append("Record/embed/images must have the property 'alt'")
            if _blob_link(image) not in self._state.media:
                problems.append(f"Could not find blob: {_blob_link(image)}")
        for reference in record.get("reply", {}).values():
            known = self._state.bluesky["records"].get(reference.get("uri"))
            if known is None or known["cid"] != reference.get("cid"):
                problems.append("Record/reply must name a record that exists")
        return problems

    def _write(self, uri: str, cid: str, record: Mapping[str, Any], session: Mapping[str, Any]) -> Mapping[str, Any]:
        self._state.bluesky["records"][uri] = {"cid": cid, "value": record}
        self._state.publish(
            TimelinePost(
                id=uri,
                platform="bluesky",
                account=session["handle"],
                text=record["text"],
                published_at=iso(self._state.now()),
                segments=rich_text.from_facets(record["text"], record.get("facets", [])),
                media=[
                    {
                        "url": f"/media/{_blob_link(image)}",
                        "alt": image["alt"],
                        "kind": "video" if "video" in image else "image",
                    }
                    for image in _images(record)
                ],
                url=f"https://bsky.app/profile/{session['handle']}/post/{uri.rsplit('/', 1)[1]}",
                parent=record.get("reply", {}).get("parent", {}).get("uri"),
                link=_link_card(record),
            )
        )
        commit = {"cid": _cid(0x71, uri.encode()), "rev": _next_tid(self._state.next_id())}
        return {"uri": uri, "cid": cid, "commit": commit, "validationStatus": "valid"}

    # Responses.

    def _endpoint(self, handler: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                response: Response = JSONResponse(await handler(request))
            except XrpcError as error:
                response = self._error(error)
            remaining = 5000 - len(self._state.bluesky["records"]) % 5000
            response.headers.update(_rate_limit_headers(remaining, self._state.now() + timedelta(hours=1)))
            return response

        return endpoint

    def _error(self, error: XrpcError) -> Response:
        return JSONResponse({"error": error.name, "message": error.message}, status_code=error.status)


def did_of(handle: str) -> str:
    """Return the DID of ``handle``. The DID of a handle never changes. If ``handle`` is a DID, return it unchanged."""
    if handle.startswith("did:"):
        return handle
    digest = hashlib.sha256(handle.lower().encode()).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def _images(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the images or the video of a record."""
    embed = record.get("embed", {})
    images: list[Mapping[str, Any]] = [embed] if "video" in embed else embed.get("images", [])
    return images


def _link_card(record: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the link card of a record."""
    match record.get("embed"):
        case {"external": {"uri": str(url), **more}}:
            card = {"url": url, "title": str(more.get("title", "")), "description": str(more.get("description", ""))}
            match more:
                case {"thumb": {"ref": {"$link": str(blob)}}}:
                    card["image"] = f"/media/{blob}"
            return card
    return None


def _blob_link(image: Mapping[str, Any]) -> str:
    blob = image.get("video") or image["image"]
    return str(blob["ref"]["$link"])


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise XrpcError(400, "InvalidRequest", "A request body is expected but none was provided")
    return body


def _rate_limit_headers(remaining: int, reset: datetime) -> dict[str, str]:
    return {
        "RateLimit-Limit": "5000",
        "RateLimit-Remaining": str(remaining),
        "RateLimit-Reset": str(int(reset.timestamp())),
        "RateLimit-Policy": "5000;w=3600",
    }


def _jwt(claims: Mapping[str, Any]) -> str:
    """Return an unsigned token in the format of a JWT. The simulator stores its tokens and verifies no signature."""
    parts = (
        json.dumps({"typ": "at+jwt", "alg": "none"}).encode(),
        json.dumps(claims).encode(),
        secrets.token_bytes(16),
    )
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _cid(codec: int, content: bytes) -> str:
    """Return the CIDv1 of the content, which is a SHA-256 hash in base32."""
    raw = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def _record_cid(record: Mapping[str, Any]) -> str:
    """Return a record's CID. Equal records have equal CIDs. A real PDS hashes DAG-CBOR, which clients cannot notice."""
    return _cid(0x71, json.dumps(record, sort_keys=True, separators=(",", ":")).encode())


def _next_tid(number: int) -> str:
    alphabet = "234567abcdefghijklmnopqrstuvwxyz"
    return "".join(alphabet[number >> shift & 31] for shift in range(60, -1, -5))


simulator = Bluesky

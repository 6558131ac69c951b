"""The simulated Bluesky, with XRPC calls under /bluesky/xrpc: a personal data server (PDS), the AppView and the video
service.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import regex
from starlette.requests import Request
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience
from local.simulator.bluesky_videos import VideoService
from local.simulator.bluesky_xrpc import PREFIX, XrpcError, XrpcServer, content_cid, json_body
from local.simulator.brands import Brand
from local.simulator.state import TimelinePost, iso

POST = "app.bsky.feed.post"
TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
ACCESS_LIFETIME = timedelta(hours=2)
REFRESH_LIFETIME = timedelta(days=90)
KNOWN_HANDLES = ("demo.bsky.social", "bsky.app", "friend.bsky.social")
COUNTS = {"likeCount": 0.1, "replyCount": 0.03, "repostCount": 0.02, "quoteCount": 0.01, "bookmarkCount": 0.02}
MAX_BLOB_BYTES, MAX_VIDEO_BYTES = 2_000_000, 300_000_000


class Bluesky(XrpcServer):
    """The XRPC calls of the PDS and of the AppView."""

    def routes(self) -> list[Route]:
        """Return the XRPC endpoints of the PDS, the AppView and the video service."""
        calls = {
            "com.atproto.server.describeServer": ("GET", self.describe_server),
            "com.atproto.server.createSession": ("POST", self.create_session),
            "com.atproto.server.refreshSession": ("POST", self.refresh_session),
            "com.atproto.server.getServiceAuth": ("GET", self.get_service_auth),
            "com.atproto.repo.uploadBlob": ("POST", self.upload_blob),
            "com.atproto.repo.putRecord": ("POST", self.put_record),
            "com.atproto.repo.createRecord": ("POST", self.create_record),
            "com.atproto.repo.deleteRecord": ("POST", self.delete_record),
            "com.atproto.repo.getRecord": ("GET", self.get_record),
            "com.atproto.repo.listRecords": ("GET", self.list_records),
            "com.atproto.identity.resolveHandle": ("GET", self.resolve_handle),
            "app.bsky.feed.getPosts": ("GET", self.get_posts),
            "app.bsky.actor.getProfile": ("GET", self.get_profile),
        }
        routes = []
        for nsid, (method, handler) in calls.items():
            step = nsid.rsplit(".", 1)[1]
            publishing = step in ("putRecord", "createRecord")
            endpoint = self._faults.wrap("bluesky", step, self, self._endpoint(handler), publishing=publishing)
            routes.append(Route(f"{PREFIX}/xrpc/{nsid}", endpoint, methods=[method]))
        return routes + VideoService(self._state, self._faults).routes()

    async def describe_server(self, request: Request) -> Mapping[str, Any]:
        """Return the description of the server, with the limit for uploaded files."""
        return {
            "did": f"did:web:{request.url.hostname}",
            "availableUserDomains": [".bsky.social"],
            "blobUploadLimit": MAX_VIDEO_BYTES,
        }

    # The AppView, which needs no token.

    async def get_posts(self, request: Request) -> Mapping[str, Any]:
        """Return posts with their counts. Posts that do not exist are omitted."""
        if (problem := await self._specification.problem_in(request)) is not None:
            raise XrpcError(400, "InvalidRequest", problem)
        records, audience = self._state.bluesky["records"], Audience(self._state, "bluesky")
        return {
            "posts": [
                {
                    "uri": uri,
                    "cid": records[uri]["cid"],
                    "record": records[uri]["value"],
                    **audience.counts(uri, COUNTS),
                }
                for uri in request.query_params.getlist("uris")
                if uri in records
            ]
        }

    async def get_profile(self, request: Request) -> Mapping[str, Any]:
        """Return an account with its number of followers."""
        if (problem := await self._specification.problem_in(request)) is not None:
            raise XrpcError(400, "InvalidRequest", problem)
        did = did_of(request.query_params["actor"])
        return {"did": did, "followersCount": Audience(self._state, "bluesky").followers(did)}

    # Sessions.

    async def create_session(self, request: Request) -> Mapping[str, Any]:
        """Log in with an app password. Every password except ``wrong`` is valid."""
        body = await json_body(request)
        identifier, password = body.get("identifier"), body.get("password")
        if not isinstance(identifier, str) or not isinstance(password, str) or not identifier:
            raise XrpcError(400, "InvalidRequest", "Input must have the properties identifier and password")
        if password == "wrong":  # noqa: S105
            raise XrpcError(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session(request, identifier.removeprefix("@").lower())

    async def refresh_session(self, request: Request) -> Mapping[str, Any]:
        """Exchange a refresh token for a new pair of tokens."""
        return self._session(request, self._authenticate(request, "refresh")["handle"])

    async def get_service_auth(self, request: Request) -> Mapping[str, Any]:
        """Return a token that is valid for one method at one audience, and for at most an hour."""
        session, query, now = self._authenticate(request), request.query_params, self._state.now().timestamp()
        if (problem := await self._specification.problem_in(request)) is not None:
            raise XrpcError(400, "InvalidRequest", problem)
        expires = float(query.get("exp", now + 60))
        if not now < expires <= now + 3_600:
            raise XrpcError(400, "BadExpiration", "cannot request a token with this expiration")
        token = _jwt({"iss": session["did"], "aud": query["aud"], "lxm": query["lxm"], "exp": int(expires)})
        scope = {"kind": "service", "aud": query["aud"], "lxm": query["lxm"], "expires": expires}
        self._state.bluesky["sessions"][token] = {"did": session["did"], "handle": session["handle"], **scope}
        self._state.mark_changed()
        return {"token": token}

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

    # Records.

    async def upload_blob(self, request: Request) -> Mapping[str, Any]:
        """Store an image or a video."""
        self._authenticate(request)
        content = await request.body()
        content_type = request.headers.get("content-type", "application/octet-stream")
        is_video = content_type == "video/mp4"
        if len(content) > (MAX_VIDEO_BYTES if is_video else MAX_BLOB_BYTES):
            raise XrpcError(413, "PayloadTooLarge", "request entity too large")
        link = content_cid(0x55, content)
        self._state.media.store(link, content_type, content)
        self._state.mark_changed()
        return {"blob": {"$type": "blob", "ref": {"$link": link}, "mimeType": content_type, "size": len(content)}}

    async def put_record(self, request: Request) -> Mapping[str, Any]:
        """Write a record with the key that the client chose. A repeated call with the same record changes nothing."""
        body, session = await json_body(request), self._authenticate(request)
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
        """Write a new record. If the key exists, return HTTP status 500, as the reference PDS does."""
        body, session = await json_body(request), self._authenticate(request)
        body.setdefault("rkey", _next_tid(self._state.next_id()))
        did, rkey, record = self._validated(body, session)
        uri = f"at://{did}/{POST}/{rkey}"
        if uri in self._state.bluesky["records"]:
            raise XrpcError(500, "InternalServerError", "Internal Server Error")
        return self._write(uri, _record_cid(record), record, session)

    async def delete_record(self, request: Request) -> Mapping[str, Any]:
        """Delete a record. Succeed even if the record does not exist."""
        body, session = await json_body(request), self._authenticate(request)
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
        """Return the DID of a handle. The handle must be one of `KNOWN_HANDLES`, or its account must have logged in."""
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
        commit = {"cid": content_cid(0x71, uri.encode()), "rev": _next_tid(self._state.next_id())}
        return {"uri": uri, "cid": cid, "commit": commit, "validationStatus": "valid"}


def did_of(handle: str) -> str:
    """Return the DID of ``handle``, which is the same in every run. If ``handle`` is a DID, return ``handle``."""
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


def _jwt(claims: Mapping[str, Any]) -> str:
    """Return an unsigned token in the format of a JWT. The simulator stores its tokens and verifies no signature."""
    parts = (
        json.dumps({"typ": "at+jwt", "alg": "none"}).encode(),
        json.dumps(claims).encode(),
        secrets.token_bytes(16),
    )
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _record_cid(record: Mapping[str, Any]) -> str:
    """Return a record's CID. Equal records have equal CIDs. A real PDS hashes DAG-CBOR, but clients cannot notice the
    difference.
    """
    return content_cid(0x71, json.dumps(record, sort_keys=True, separators=(",", ":")).encode())


def _next_tid(number: int) -> str:
    alphabet = "234567abcdefghijklmnopqrstuvwxyz"
    return "".join(alphabet[number >> shift & 31] for shift in range(60, -1, -5))


simulator = Bluesky
brand = Brand(
    parts=("body", "media", "link", "actions"), actions=("comment", "repost", "heart", "share"), style=("side-avatar",)
)  # Bluesky's facets contain the links
processing_step = "finishUpload"

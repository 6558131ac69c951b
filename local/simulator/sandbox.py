"""The plain timeline: where posts go whose platform has no connected account. Every post is marked as sandbox."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.faults import Faults
from local.simulator.state import State, TimelinePost, iso


class Sandbox:
    """A platform of the simplest kind: one call publishes, an Idempotency-Key makes it repeatable for good."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        publish = self._faults.wrap("sandbox", "publish", self, self.publish, publishing=True)
        lookup = self._faults.wrap("sandbox", "lookup", self, self.lookup)
        return [
            Route("/sandbox/posts", publish, methods=["POST"]),
            Route("/sandbox/posts/{key}", lookup, methods=["GET"]),
        ]

    def error(self, status: int) -> Response:
        """Answer ``status``."""
        return JSONResponse({"error": f"Error {status}"}, status_code=status)

    def rate_limited(self, seconds: float) -> Response:
        """Answer 429 with Retry-After in seconds."""
        return JSONResponse(
            {"error": "Too many requests"}, status_code=429, headers={"Retry-After": str(round(seconds))}
        )

    def expired(self) -> Response:
        """Answer 401."""
        return JSONResponse({"error": "The token has expired"}, status_code=401)

    async def publish(self, request: Request) -> Response:
        """Publish ``{"platform", "account", "text", "mediaUrls"}``; 201 the first time, 200 when repeated."""
        key = request.headers.get("idempotency-key", "")
        try:
            wanted = json.loads(await request.body())
            text, platform, account = wanted["text"], wanted["platform"], wanted.get("account") or "not connected"
            media_urls = wanted.get("mediaUrls") or []
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse({"error": "Give a JSON object with platform and text."}, status_code=400)
        if not key or not all(isinstance(value, str) for value in (text, platform, account, *media_urls)):
            return JSONResponse({"error": "Give an Idempotency-Key, and text for every field."}, status_code=400)
        if known := self._state.sandbox["keys"].get(key):
            return JSONResponse(known)
        answer = {"id": f"sandbox:{key}", "url": f"{str(request.base_url).rstrip('/')}/#{key}"}
        self._state.sandbox["keys"][key] = answer
        self._state.publish(
            TimelinePost(
                id=answer["id"],
                platform=platform,
                account=account,
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=[{"url": url, "alt": ""} for url in media_urls],
                url=answer["url"],
                sandbox=True,
            )
        )
        return JSONResponse(answer, status_code=201)

    async def lookup(self, request: Request) -> Response:
        """Return what was published under a key, or 404."""
        if known := self._state.sandbox["keys"].get(request.path_params["key"]):
            return JSONResponse(known)
        return JSONResponse({"error": "No post has this key."}, status_code=404)

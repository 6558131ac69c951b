"""The sandbox, which receives the posts of test mode and, if `UnconnectedPlatforms` is `sandbox`, posts for platforms
without a connection.
"""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.faults import Faults
from local.simulator.state import State, TimelinePost, iso


class Sandbox:
    """The simplest possible platform. One call publishes a post. An Idempotency-Key makes the call safe to repeat."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def routes(self) -> list[Route]:
        """Return the endpoints of the sandbox."""
        publish = self._faults.wrap("sandbox", "publish", self, self.publish, publishing=True)
        lookup = self._faults.wrap("sandbox", "lookup", self, self.lookup)
        return [
            Route("/sandbox/posts", publish, methods=["POST"]),
            Route("/sandbox/posts/{key}", lookup, methods=["GET"]),
        ]

    def error(self, status: int) -> Response:
        """Return an error response with ``status``."""
        return JSONResponse({"error": f"Error {status}"}, status_code=status)

    def rate_limited(self, seconds: float) -> Response:
        """Return HTTP status 429, with a Retry-After header in seconds."""
        return JSONResponse(
            {"error": "Too many requests"}, status_code=429, headers={"Retry-After": str(round(seconds))}
        )

    def expired(self) -> Response:
        """Return an error response with HTTP status 401."""
        return JSONResponse({"error": "The token has expired"}, status_code=401)

    async def publish(self, request: Request) -> Response:
        """Publish ``{"platform", "account", "text", "mediaUrls"}``. Return HTTP status 201, or 200 for a known key."""
        key = request.headers.get("idempotency-key", "")
        try:
            body = json.loads(await request.body())
            text, platform, account = body["text"], body["platform"], body.get("account") or "not connected"
            media_urls = body.get("mediaUrls") or []
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse({"error": "The body must be a JSON object with platform and text."}, status_code=400)
        if not key or not all(isinstance(value, str) for value in (text, platform, account, *media_urls)):
            return JSONResponse(
                {"error": "An Idempotency-Key is required, and every field must be a string."}, status_code=400
            )
        if known := self._state.sandbox["keys"].get(key):
            return JSONResponse(known)
        body = {"id": f"sandbox:{key}", "url": f"{str(request.base_url).rstrip('/')}/#{key}"}
        self._state.sandbox["keys"][key] = body
        self._state.publish(
            TimelinePost(
                id=body["id"],
                platform=platform,
                account=account,
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=[{"url": url, "alt": ""} for url in media_urls],
                url=body["url"],
                sandbox=True,
            )
        )
        return JSONResponse(body, status_code=201)

    async def lookup(self, request: Request) -> Response:
        """Return the post that was published with the given idempotency key, or HTTP status 404."""
        if known := self._state.sandbox["keys"].get(request.path_params["key"]):
            return JSONResponse(known)
        return JSONResponse({"error": "There is no post with this key."}, status_code=404)

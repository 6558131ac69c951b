"""The errors, tokens and identifiers that the simulated servers of Bluesky share."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.simulator.faults import Faults
from local.simulator.specification import Specification
from local.simulator.state import State

PREFIX = "/bluesky"


class XrpcError(Exception):
    """An error response of an XRPC call."""

    def __init__(self, status: int, name: str, message: str) -> None:
        self.status, self.name, self.message = status, name, message
        super().__init__(message)


class XrpcServer:
    """A server of XRPC calls, such as the PDS. The servers share the tokens that the PDS issues."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._specification = Specification.load("bluesky")

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


async def json_body(request: Request) -> dict[str, Any]:
    """Return the body of a request, which must be a JSON object."""
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


def content_cid(codec: int, content: bytes) -> str:
    """Return the CIDv1 of ``content`` in base32. The CID contains the SHA-256 hash of ``content``."""
    raw = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")

"""The tokens, errors and usage headers that the simulated Instagram, Facebook and Threads share."""

import hashlib
import json
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.simulator import multipart
from local.simulator.audience import Audience, grants_metrics
from local.simulator.faults import Handler
from local.simulator.oauth import token_lookup
from local.simulator.oauth.grant import InvalidToken
from local.simulator.specification import Specification

type Operation = Callable[[Request], Awaitable[Mapping[str, Any]]]


class GraphError(Exception):
    """An error of the Graph API, by default with HTTP status 400."""

    def __init__(
        self, code: int, message: str, subcode: int = 0, status: int = 400, data: Mapping[str, Any] | None = None
    ) -> None:
        self.code, self.subcode, self.status, self.data = code, subcode, status, data
        super().__init__(message)

    @classmethod
    def from_invalid_token(cls, error: InvalidToken) -> Self:
        """Return the error for an invalid token."""
        match error.reason:
            case "expired":
                return cls(190, "Error validating access token: Session has expired", 463)
            case "revoked":
                return cls(190, "Error validating access token: The user has not authorized application", 458)
        return cls(190, "Invalid OAuth access token - Cannot parse access token")


class GraphDialect:
    """Builds the error responses of the Graph API. This class implements `local.simulator.faults.Dialect`."""

    def graph_error(self, error: GraphError) -> Response:
        """Return ``error`` as a response."""
        return _envelope(error)

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. Server errors are transient, and other codes are undocumented."""
        if status >= 500:
            return _envelope(GraphError(2, "An unexpected error has occurred. Please retry later.", status=status))
        return _envelope(GraphError(99_999, "Something went sideways.", status=status))

    def rate_limited(self, seconds: float) -> Response:
        """Return HTTP status 400 with code 4, and a header with the wait in whole minutes."""
        response = _envelope(GraphError(4, "(#4) Application request limit reached"))
        usage = {"type": "pages", "call_count": 100, "total_cputime": 25, "total_time": 25}
        wait = {"estimated_time_to_regain_access": math.ceil(seconds / 60)}
        response.headers["X-App-Usage"] = json.dumps({"call_count": 100, "total_time": 25, "total_cputime": 25})
        response.headers["X-Business-Use-Case-Usage"] = json.dumps({"1112223334445556": [{**usage, **wait}]})
        return response

    def expired(self) -> Response:
        """Return HTTP status 400 with code 190, as for an expired session."""
        return _envelope(GraphError(190, "Error validating access token: Session has expired", 463))

    def endpoint(self, operation: Operation) -> Handler:
        """Return an endpoint that calls ``operation`` and adds usage headers."""

        async def endpoint(request: Request) -> Response:
            try:
                await _check_parameters(request)
                response = JSONResponse(await operation(request))
            except GraphError as error:
                response = _envelope(error)
            response.headers["X-App-Usage"] = json.dumps({"call_count": 1, "total_time": 1, "total_cputime": 1})
            return response

        return endpoint


async def _check_parameters(request: Request) -> None:
    """Reject a call that breaks the specification. A call without the header Authorization is not checked."""
    if "authorization" in request.headers:
        specification = _specification(request.url.path.split("/")[1])
        if (problem := await specification.problem_in(request)) is not None:
            raise GraphError(100, f"(#100) {problem}")


@cache
def _specification(platform: str) -> Specification:
    return Specification.load(platform)


def _envelope(error: GraphError) -> JSONResponse:
    body: dict[str, Any] = {
        "message": str(error),
        "type": "OAuthException",
        "code": error.code,
        "fbtrace_id": "AbCdEfGh",
    }
    if error.subcode:
        body["error_subcode"] = error.subcode
    if error.data is not None:
        body["error_data"] = error.data
    if error.code in (1, 2):
        body["is_transient"] = True
    return JSONResponse({"error": body}, status_code=error.status)


async def request_fields(request: Request) -> dict[str, str]:
    """Return the parameters in a call's query and in its form or JSON body."""
    body, kind = await request.body(), request.headers.get("content-type", "")
    fields = dict(request.query_params)
    if kind.startswith("application/json"):
        return fields | {name: _as_text(value) for name, value in json.loads(body).items()}
    if kind.startswith("multipart/"):
        parts = await request_parts(request)
        return fields | {name: part.content.decode() for name, part in parts.items() if part.filename is None}
    return fields | dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


async def request_parts(request: Request) -> Mapping[str, multipart.Part]:
    """Return the parts of a call's multipart form. A form is parsed only once, because it may contain a large file."""
    if not hasattr(request.state, "parts"):
        request.state.parts = multipart.parse(request.headers.get("content-type", ""), await request.body())
    parts: Mapping[str, multipart.Part] = request.state.parts
    return parts


async def bearer_token(request: Request) -> str:
    """Return the token in the header, the query or the form of a call."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth"):
        token = (await request_fields(request)).get("access_token", "")
    if not token:
        raise GraphError(104, "An access token is required to request this resource.", status=401)
    if token == "wrong":  # noqa: S105
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    return token


async def token_account(request: Request) -> dict[str, str]:
    """Return the account to which the token belongs.

    Every static token except ``wrong`` is valid. For example, ``demo-token`` belongs to ``demo``.
    """
    token, platform = await bearer_token(request), request.url.path.split("/")[1]
    try:
        issued = token_lookup.issued_token(request, platform, token)
    except InvalidToken as error:
        raise GraphError.from_invalid_token(error) from error
    if issued is not None and platform == "facebook" and issued.kind == "user":
        raise GraphError(210, "(#210) A page access token is required to request this resource.")
    if issued is not None:
        name = issued.grant.account
    else:
        name = token.removesuffix("-token") if re.fullmatch(r"\w+-token", token) else "user_" + numeric_id(token)[:6]
    return {"id": numeric_id(name), "username": name, "name": name.capitalize()}


async def token_person(request: Request) -> dict[str, str] | None:
    """Return the person to whom a user token belongs, or None for the token of a Page."""
    try:
        issued = token_lookup.issued_token(request, "facebook", await bearer_token(request))
    except InvalidToken as error:
        raise GraphError.from_invalid_token(error) from error
    if issued is None or issued.kind != "user":
        return None
    name = issued.grant.account.partition(",")[0]
    return {"id": numeric_id(f"person {name}"), "name": f"{name.capitalize()} Person"}


def require_scope(request: Request, account: Mapping[str, str], scope: str) -> None:
    """Check that the account has granted ``scope``, which is a scope for metrics."""
    if not grants_metrics(request, request.url.path.split("/")[1], account["username"], scope):
        raise GraphError(10, "(#10) Application does not have permission for this action", status=403)


def insights_of(audience: Audience, timeline_id: str, counts: Mapping[str, Any], requested: str) -> dict[str, Any]:
    """Return the requested insights of a post of the timeline, and record that a response contains them.

    Like Meta, refuse the whole call if one metric is unknown. Each number of a metric with several numbers is
    recorded as ``<name>.<key>``.
    """
    names, node = requested.split(","), timeline_id.partition(":")[2]
    if unknown := [name for name in names if name not in counts]:
        raise GraphError(100, f"(#100) The value must be a valid insights metric: {unknown[0]}")
    numbers: dict[str, int] = {}
    for name in names:
        value = counts[name]
        numbers |= {f"{name}.{key}": part for key, part in value.items()} if isinstance(value, dict) else {name: value}
    audience.record(timeline_id, numbers)
    return {
        "data": [
            {
                "name": name,
                "period": "lifetime",
                "values": [{"value": counts[name]}],
                "title": name.replace("_", " ").capitalize(),
                "id": f"{node}/insights/{name}/lifetime",
            }
            for name in names
        ]
    }


def numeric_id(name: str) -> str:
    """Return a numeric id for ``name``. Equal names have equal ids. Like many of Meta's ids, each id exceeds 2^53."""
    return "178" + str(int.from_bytes(hashlib.sha256(name.encode()).digest()[:6])).zfill(15)


def timestamp(moment: datetime) -> str:
    """Format ``moment`` as the Graph API does, in whole seconds and with an offset without a colon."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)

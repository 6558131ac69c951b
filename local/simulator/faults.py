"""Injects requested faults. A request names a platform, a step and a kind, and may set options such as ``times``."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Protocol, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.dropped_connection import DroppedConnection

KINDS = {
    "land_then_drop": "carry out the request, then drop the connection during the response",
    "never_land": "drop the connection without carrying out the request",
    "status": "return `status`; if `landed` is true, carry out the request first",
    "rate_limit": "return the platform's rate limit error, with a reset in `seconds`",
    "slow": "carry out the request and respond after `seconds`; if `landed` is false, drop the connection after "
    "`seconds`, without carrying out the request",
    "expired_token": "return the platform's error for an expired token",
    "processing": "only for media: accept the file, and report that it is processing for `polls` status calls",
    "invalid_grant": "only at the step token: reject the code or the refresh token as the platform does",
    "media_error": "only for media that are processed after the upload: accept the file, and then fail to process it",
    "fetch_error": "only for media that the platform fetches from a URL: report that the fetch failed",
    "disowned": "only for containers: report the container as ready, but refuse to publish it, now and later",
}
BY_PLATFORM = frozenset({"processing", "media_error", "fetch_error", "disowned"})
"""The kinds of faults that each platform's own module injects."""
OPTIONS: Mapping[str, tuple[type, ...]] = {
    "times": (int,),
    "status": (int,),
    "landed": (bool,),
    "seconds": (int, float),
    "polls": (int,),
    "token": (str,),
}
Handler = Callable[[Request], Awaitable[Response]]


def _is_allowed(option: str, value: Any) -> bool:
    return type(value) in OPTIONS[option] and (isinstance(value, str) or value >= 0)


def _expected(option: str) -> str:
    """Return the values of ``option`` that are allowed, for a message."""
    if OPTIONS[option] == (bool,):
        return "true or false"
    if OPTIONS[option] == (str,):
        return "a text"
    return "a number of at least 0" if float in OPTIONS[option] else "an integer of at least 0"


@dataclass(slots=True)
class Fault:
    """A fault to inject. ``times`` counts down, and the fault is removed at 0. A fault with a ``token`` applies only to
    calls with this bearer token.
    """

    id: int
    platform: str
    step: str
    kind: str
    times: int = 1
    status: int = 503
    landed: bool | None = None
    seconds: float = 30
    polls: int = 1
    token: str | None = None


class Dialect(Protocol):
    """Builds the error responses of a platform."""

    def error(self, status: int) -> Response:
        """Return an error response with ``status`` in the platform's format."""
        ...

    def rate_limited(self, seconds: float) -> Response:
        """Return the rate limit error with the platform's headers. The limit resets after ``seconds`` seconds."""
        ...

    def expired(self) -> Response:
        """Return the error response for an expired token."""
        ...


class TokenDialect(Dialect, Protocol):
    """Builds the error responses of an authorization server."""

    def invalid_grant(self) -> Response:
        """Return the error response for an invalid code or refresh token."""
        ...


class BadFaultError(ValueError):
    """The request describes an invalid fault. The message contains the reason."""


class Faults:
    """The pending faults, oldest first."""

    def __init__(self) -> None:
        """Create an empty list of faults."""
        self._faults: list[Fault] = []
        self._steps: dict[str, set[str]] = {}
        self._ids = count(1)

    def add(self, fields: Mapping[str, Any]) -> Fault:
        """Add a fault.

        Raises:
            BadFaultError: the platform, the step or the kind is unknown, the kind requires another step, or an option
                is invalid.
        """
        platform, step, kind = (str(fields.get(name, "publish")) for name in ("platform", "step", "kind"))
        steps = self.steps()
        if platform not in steps:
            raise BadFaultError(f"platform is {platform!r}; it must be one of {', '.join(steps)}.")
        if step not in steps[platform]:
            raise BadFaultError(f"step is {step!r}; on {platform} it must be one of {', '.join(steps[platform])}.")
        if kind not in KINDS:
            raise BadFaultError(f"kind is {kind!r}; it must be one of {', '.join(KINDS)}.")
        if kind == "invalid_grant" and step != "token":
            raise BadFaultError(f"step is {step!r}; the kind invalid_grant requires the step token.")
        options = {name: value for name, value in fields.items() if name not in ("platform", "step", "kind")}
        for name, value in options.items():
            if name not in OPTIONS:
                raise BadFaultError(f"{name} is not an option; the options are {', '.join(OPTIONS)}.")
            if not _is_allowed(name, value):
                raise BadFaultError(f"{name} is {value!r}; it must be {_expected(name)}.")
        if kind in BY_PLATFORM and "token" in options:
            raise BadFaultError(f"token is not an option of the kind {kind}.")
        if not 400 <= options.get("status", 503) <= 599:
            raise BadFaultError(f"status is {options['status']}; it must be from 400 to 599.")
        fault = Fault(next(self._ids), platform, step, kind, **options)
        self._faults.append(fault)
        return fault

    def take(
        self, platform: str, step: str, *, publishing: bool, kinds: frozenset[str], token: str | None = None
    ) -> Fault | None:
        """Return the fault that applies to this call and decrement its ``times``. Return None if no fault applies."""
        names = {step, "publish"} if publishing else {step}
        for fault in self._faults:
            if fault.token not in (None, token):
                continue
            if fault.platform == platform and fault.step in names and fault.kind in kinds and fault.times > 0:
                fault.times -= 1
                if fault.times == 0:
                    self._faults.remove(fault)
                return fault
        return None

    def steps(self) -> dict[str, list[str]]:
        """Return the steps of each platform. A fault at the step ``publish`` applies to every step that can publish a
        post.
        """
        return {platform: sorted(self._steps[platform]) for platform in sorted(self._steps)}

    def pending(self) -> list[dict[str, Any]]:
        """Return the pending faults."""
        return [asdict(fault) for fault in self._faults]

    def clear(self, platform: str | None = None) -> None:
        """Remove all faults, or all faults of one platform."""
        self._faults = [fault for fault in self._faults if platform not in (None, fault.platform)]

    def wrap(
        self,
        platform: str,
        step: str,
        dialect: Dialect,
        handler: Handler,
        *,
        publishing: bool = False,
        streamed: bool = False,
    ) -> Handler:
        """Return a handler that calls ``handler`` and injects the faults of ``step``.

        ``streamed``: whether ``handler`` reads the body chunk by chunk, because the body may be large.
        """
        kinds = frozenset(KINDS) - BY_PLATFORM
        self._steps.setdefault(platform, set()).update({step, "publish"} if publishing else {step})

        async def endpoint(request: Request) -> Response:
            if not streamed:
                await request.body()
            token = request.headers.get("authorization", "").partition(" ")[2]
            fault = self.take(platform, step, publishing=publishing, kinds=kinds, token=token)
            return await handler(request) if fault is None else await _apply(fault, dialect, handler, request)

        return endpoint


async def _apply(fault: Fault, dialect: Dialect, handler: Handler, request: Request) -> Response:
    match fault.kind:
        case "land_then_drop":
            await handler(request)
            return DroppedConnection()
        case "never_land":
            return DroppedConnection()
        case "status":
            if fault.landed:
                await handler(request)
            return dialect.error(fault.status)
        case "rate_limit":
            return dialect.rate_limited(fault.seconds)
        case "invalid_grant":
            return cast("TokenDialect", dialect).invalid_grant()
        case "slow":
            response = await handler(request) if fault.landed is not False else DroppedConnection()
            await asyncio.sleep(fault.seconds)
            return response
        case _:
            return dialect.expired()


def routes(faults: Faults) -> list[Route]:
    """Return the endpoints that add, list and remove faults."""

    async def show(_request: Request) -> Response:
        return JSONResponse({"faults": faults.pending(), "kinds": KINDS, "steps": faults.steps()})

    async def add(request: Request) -> Response:
        try:
            fields = await request.json()
            if not isinstance(fields, dict):
                raise BadFaultError("The body must be a JSON object.")
            return JSONResponse(asdict(faults.add(fields)), status_code=201)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    async def clear(request: Request) -> Response:
        faults.clear(request.query_params.get("platform"))
        return Response(status_code=204)

    return [
        Route("/faults", show, methods=["GET"]),
        Route("/faults", add, methods=["POST"]),
        Route("/faults", clear, methods=["DELETE"]),
    ]

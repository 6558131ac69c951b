"""The parts that the APIs for tests and developers share: their errors, and the fields of a request."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

type Endpoint = Callable[[Request], Awaitable[Response]]


class BadRequestError(ValueError):
    """The request is invalid. The message contains the reason."""


def with_errors(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that responds to an invalid request with the status 400 and the message."""

    async def handler(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadRequestError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return handler


async def json_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body of a request.

    Raises:
        BadRequestError: the body is not a JSON object.
    """
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadRequestError("The body must be a JSON object.")
    return body


def text(body: dict[str, Any], name: str) -> str:
    """Return the field ``name``.

    Raises:
        BadRequestError: the field is missing, empty or not a string.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequestError(f"{name} is {value!r}; it must be a non-empty string.")
    return value

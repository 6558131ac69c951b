"""The HTTP endpoint of a function: its path, its methods, and the responses to errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import Response as GatewayResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import Logger

from minutehand.runtime.access_log import access_log_fields
from minutehand.runtime.errors import DomainError, NotFound
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success, to_json

__all__ = ["Endpoint", "Failure", "Response", "success"]

logger = Logger(child=True)
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a page shows it: the HTTP status, and a sentence for people."""

    status: int
    sentence: str


class Endpoint:
    """One path of the API."""

    def __init__(
        self,
        path: str,
        *,
        page: Callable[[Request, Failure], Response | None] | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        """``path``: the path in API Gateway, without the stage. ``headers``: those of every response.

        ``page``: returns a failure as a page for people. Without it, or if it returns None, a failure is JSON.
        """
        self._path = path
        self._page = page
        self._headers = dict(headers)
        self._resolver = APIGatewayRestResolver()
        self._resolver.exception_handler(DomainError)(self._refused)
        self._resolver.exception_handler(NotFoundError)(self._path_not_found)
        self._resolver.exception_handler([psycopg.OperationalError, psycopg.InterfaceError])(self._database_unavailable)
        self._resolver.exception_handler(Exception)(self._internal_error)

    def on(self, *methods: str) -> Callable[[Callable[[Request], Response]], Callable[[Request], Response]]:
        """Let the decorated function handle these methods."""

        def register(handle: Callable[[Request], Response]) -> Callable[[Request], Response]:
            @self._resolver.route(self._path, method=list(methods))
            def route() -> GatewayResponse[str]:
                return self._response(handle(self._request))

            return handle

        return register

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return the response to a REST proxy event of API Gateway. No request of a caller makes this raise."""
        response = self._resolver.resolve(event, context)
        logger.info("request completed", extra=access_log_fields(event, response))
        return response

    @property
    def _request(self) -> Request:
        return Request(self._resolver.current_event.raw_event)

    def _response(self, response: Response) -> GatewayResponse[str]:
        headers = self._headers | {"x-request-id": self._request.id, "cache-control": "no-store"}
        if response.replayed:
            headers["idempotent-replayed"] = "true"
        return GatewayResponse(response.status, response.content_type, response.body, headers | dict(response.headers))

    def _failure(
        self, status: int, error: str, code: str, details: list[Any], **fields: object
    ) -> GatewayResponse[str]:
        if self._page and (page := self._page(self._request, Failure(status, error))):
            return self._response(page)
        body = {"success": False, "error": error, "code": code, "details": details, "requestId": self._request.id}
        return self._response(Response(status, to_json(body | fields)))

    def _refused(self, error: DomainError) -> GatewayResponse[str]:
        fields = [detail.get("field") for detail in error.details]
        logger.info("request rejected", extra={"status": error.status, "code": error.code, "fields": fields})
        return self._failure(error.status, error.message, error.code, error.details, **error.fields)

    def _path_not_found(self, _: NotFoundError) -> GatewayResponse[str]:
        return self._refused(NotFound("This path does not exist, or does not support this method."))

    def _database_unavailable(self, error: psycopg.Error) -> GatewayResponse[str]:
        logger.error("the database is unavailable", exc_info=error)
        sentence = "The database is temporarily unavailable. Your request is valid. Try again soon."
        return self._failure(500, sentence, "database_unavailable", [])

    def _internal_error(self, error: Exception) -> GatewayResponse[str]:
        logger.error("unexpected error", exc_info=error)
        sentence = "An internal error occurred. Try again. If the error persists, report the requestId to the operator."
        return self._failure(500, sentence, "internal_error", [])

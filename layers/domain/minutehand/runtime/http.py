"""The HTTP side of a function: a path, its methods, and the one place where an error becomes an answer."""

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
    """What went wrong, in a sentence for people, with the HTTP status that it is answered with."""

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
        """``path`` as API Gateway knows it, without the stage.

        ``page`` shows a failure to people instead; None from it, or without it: as JSON. ``headers`` of every answer.
        """
        self._path = path
        self._page = page
        self._headers = dict(headers)
        self._resolver = APIGatewayRestResolver()
        self._resolver.exception_handler(DomainError)(self._refused)
        self._resolver.exception_handler(NotFoundError)(self._no_such_path)
        self._resolver.exception_handler([psycopg.OperationalError, psycopg.InterfaceError])(self._database_away)
        self._resolver.exception_handler(Exception)(self._broken)

    def on(self, *methods: str) -> Callable[[Callable[[Request], Response]], Callable[[Request], Response]]:
        """Let the decorated function answer these methods."""

        def register(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
            @self._resolver.route(self._path, method=list(methods))
            def route() -> GatewayResponse[str]:
                return self._response(answer(self._request))

            return answer

        return register

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer a REST proxy event of API Gateway. Never raises for anything that a caller can bring about."""
        answer = self._resolver.resolve(event, context)
        logger.info("answered", extra=access_log_fields(event, answer))
        return answer

    @property
    def _request(self) -> Request:
        return Request(self._resolver.current_event.raw_event)

    def _response(self, answer: Response) -> GatewayResponse[str]:
        headers = self._headers | {"x-request-id": self._request.id, "cache-control": "no-store"}
        if answer.replayed:
            headers["idempotent-replayed"] = "true"
        return GatewayResponse(answer.status, answer.content_type, answer.body, headers | dict(answer.headers))

    def _failure(
        self, status: int, error: str, code: str, details: list[Any], **fields: object
    ) -> GatewayResponse[str]:
        if self._page and (page := self._page(self._request, Failure(status, error))):
            return self._response(page)
        body = {"success": False, "error": error, "code": code, "details": details, "requestId": self._request.id}
        return self._response(Response(status, to_json(body | fields)))

    def _refused(self, error: DomainError) -> GatewayResponse[str]:
        fields = [detail.get("field") for detail in error.details]
        logger.info("request refused", extra={"status": error.status, "code": error.code, "fields": fields})
        return self._failure(error.status, error.message, error.code, error.details, **error.fields)

    def _no_such_path(self, _: NotFoundError) -> GatewayResponse[str]:
        return self._refused(NotFound("There is no such path, or it does not take this method."))

    def _database_away(self, error: psycopg.Error) -> GatewayResponse[str]:
        logger.error("the database is away", exc_info=error)
        sentence = "The database cannot be reached at the moment. Nothing is wrong with your request: try again soon."
        return self._failure(500, sentence, "database_unavailable", [])

    def _broken(self, error: Exception) -> GatewayResponse[str]:
        logger.error("unexpected error", exc_info=error)
        sentence = "Something went wrong on our side. Try again; give the requestId if it persists."
        return self._failure(500, sentence, "internal_error", [])

"""Routes the methods of an API path to handlers, and limits the rate of writing calls.

This module turns errors into HTTP responses, so handlers only raise them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.runtime.access_log import access_log_fields
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.cors import cors_headers
from minutehand.runtime.errors import DatabaseUnavailable, DomainError, InternalError, NotFound
from minutehand.runtime.function import Function
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.permissions import Permission
from minutehand.runtime.rate_limit import RateLimit
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success, to_json

if TYPE_CHECKING:
    from minutehand.runtime.page import Page

logger = Logger(child=True)

type Result = Mapping[str, Any] | Response[Any]
"""The result of a handler: the fields of a JSON response, or a whole response, such as an HTML page. The OpenAPI
document describes the type that the handler declares: a `TypedDict`, or the body of `Response`.
"""
type Handler = Callable[[Request], Result]
type PreparedHandler[P] = Callable[[Request, P], Result]


class Route(NamedTuple):
    """The handler of a method, with its options; see `ApiFunction.on`."""

    handler: Callable[..., Result]
    permission: Permission | None
    status: int
    idempotent: str | None
    prepare: Callable[[Request], Any] | None
    stepwise: bool = False


class ApiFunction[C: DatabaseConfig](Function[C]):
    """The Lambda handler of one API path, with a handler for each method."""

    def __init__(
        self,
        path: str,
        config: type[C],
        *,
        after_commit: Callable[[Function[C], list[Any]], object] | None = None,
        page: "Callable[[str, str], Page] | None" = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Create a function. ``path``: the path without the stage. ``headers``: additional headers of every response.

        ``after_commit``: a function that is called with this object and the items that a transaction deferred, after
        the transaction has been committed; see `Database.defer`.

        ``page``: a function that returns the page that a browser shows for an error, given the error message and the
        request id. If ``page`` is None, browsers also receive errors as JSON.
        """
        super().__init__(config)
        self.path = path
        self.routes: dict[str, Route] = {}
        self._after_commit = after_commit
        self._page = page
        self._headers = dict(headers or {})
        self._invoke = self.logger.inject_lambda_context(self._respond)

    @overload
    def on(
        self,
        method: str,
        permission: Permission | None,
        *,
        status: int = 200,
        idempotent: str | None = None,
        stepwise: bool = False,
    ) -> Callable[[Handler], Handler]: ...

    @overload
    def on[P](
        self,
        method: str,
        permission: Permission | None,
        *,
        status: int = 200,
        idempotent: str,
        prepare: Callable[[Request], P],
    ) -> Callable[[PreparedHandler[P]], PreparedHandler[P]]: ...

    def on(
        self,
        method: str,
        permission: Permission | None,
        *,
        status: int = 200,
        idempotent: str | None = None,
        prepare: Callable[[Request], Any] | None = None,
        stepwise: bool = False,
    ) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
        """Return a decorator that registers the handler of a method.

        ``permission``: the permission that the handler requires of its callers, or `ANYONE` of
        `minutehand.runtime.permissions`. The permission is checked before the body is read. ``status``: the status of
        the response if the handler returns only the fields.

        ``idempotent``: the name of the operation whose responses are stored under Idempotency-Keys; see
        `IdempotentRequest`. If a request has a key, the handler runs in the transaction that stores its response.
        ``prepare``: a function that does slow work without locks, such as a request to another server, before that
        transaction. If the response to an earlier request is stored, ``prepare`` does not run. The handler receives the
        result of ``prepare``.

        ``stepwise``: True if the handler itself stores the results of its steps under the Idempotency-Key, so that a
        repeated request continues after the last step. The handler then runs outside a transaction.

        Raises:
            ValueError: the method already has a handler.
        """
        if method in self.routes:
            raise ValueError(f"{method} {self.path} has two handlers.")

        def register(handler: Callable[..., Result]) -> Callable[..., Result]:
            self.routes[method] = Route(handler, permission, status, idempotent, prepare, stepwise)
            return handler

        return register

    def count_request(self) -> None:
        """Count the request against the rate limit now, instead of together with its first statement.

        Handlers call this method before work that is expensive and needs no statement.

        Raises:
            psycopg.errors.CheckViolation: the owner has made too many writing calls in this minute. `RateLimit` turns
                this error into `TooManyRequests`.
        """
        self.db.send_opening()

    def counted[R](self, opener: Callable[[Function[C]], R]) -> Callable[[], R]:
        """Return a function that counts the request (see `count_request`) and opens a resource.

        Use this method for resources that call other servers before the first statement.
        """

        def opened() -> R:
            self.count_request()
            return self.resource(opener)

        return opened

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return the response to a REST proxy event of API Gateway. Never raise an exception, regardless of the content
        of the request.
        """
        output: dict[str, Any] = self._invoke(event, context)
        return output

    def _respond(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        request = Request(event)
        # `correlation_id_path` is not used, because it would search the event with JMESPath for every request.
        self.logger.set_correlation_id(request.id or None)
        output = self._output(request, self._response(request, context))
        logger.info("request completed", extra=access_log_fields(event, output))
        return output

    def _response(self, request: Request, context: Any) -> Response[Any]:
        headers: dict[str, str] = {}
        response = self._handled(request, context, headers)
        return response._replace(headers=headers | dict(response.headers)) if headers else response

    def _handled(self, request: Request, context: Any, headers: dict[str, str]) -> Response[Any]:
        try:
            self.require_place(context)
            headers |= cors_headers(self.config.cors_origins, request.origin)
            return self._handle(request, headers)
        except DomainError as error:
            fields = [detail.get("field") for detail in error.details]
            logger.info("request rejected", extra={"status": error.status, "code": error.code, "fields": fields})
            return self._failure(request, error)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            logger.error("the database is unavailable", exc_info=error)
            return self._failure(request, DatabaseUnavailable())
        except Exception as error:
            logger.error("unexpected error", exc_info=error)
            return self._failure(request, InternalError())

    def _handle(self, request: Request, headers: dict[str, str]) -> Response[Any]:
        route = self.routes.get(request.method) if request.path == self.path else None
        if route is None:
            raise NotFound("This path does not exist, or does not support this method.")
        if route.permission is not None:
            route.permission.require(request.reader())
        action = self._after_commit
        with (
            nullcontext() if action is None else self.db.after_commit(partial(action, self)),
            nullcontext() if request.method == "GET" else self._limited(request, headers),
        ):
            return self._execute(request, route)

    @contextmanager
    def _limited(self, request: Request, headers: dict[str, str]) -> Iterator[None]:
        """Count the request against the owner's rate limit, and add the headers that state the limit to ``headers``.

        A request without an identity is not counted. The handler refuses it, or identifies the caller by other means.
        """
        if not request.is_authenticated:
            yield
            return
        limit = RateLimit(request.reader().owner_id, self.config.requests_per_minute, self.now())
        try:
            with limit.counting(self.db):
                yield
        finally:
            headers |= limit.headers

    def _execute(self, request: Request, route: Route) -> Response[Any]:
        if request.method == "GET":
            response = _render(route.handler(request), route.status)
            request.require_query_read()
            return response
        if route.idempotent is None or route.stepwise:
            return _render(route.handler(request), route.status)
        owner_id, body = request.reader().owner_id, request.json()
        repeatable = IdempotentRequest(route.idempotent, owner_id, request.idempotency_key, body)
        if route.prepare is None:
            prepared: tuple[Any, ...] = ()
        elif (stored := repeatable.stored_response(self.db, now=self.now())) is not None:
            return stored
        else:
            prepared = (route.prepare(request),)
        return repeatable.execute(
            self.db, lambda: _render(route.handler(request, *prepared), route.status), now=self.now()
        )

    def _failure(self, request: Request, error: DomainError) -> Response:
        is_browser = request.method == "GET" or request.is_html_form
        if self._page is not None and is_browser and not request.wants_json:
            return self._page(error.message, request.id).response(error.status)
        body = {"success": False, "error": error.message, "code": error.code, "details": error.details}
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return Response(error.status, to_json(body | {"requestId": request.id} | error.fields), headers=headers)

    def _output(self, request: Request, response: Response[Any]) -> dict[str, Any]:
        headers = self._headers | {"x-request-id": request.id, "cache-control": "no-store"}
        headers |= {"Content-Type": response.content_type} | dict(response.headers)
        if response.replayed:
            headers["idempotent-replayed"] = "true"
        return {
            "statusCode": response.status,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "body": response.body,
            "isBase64Encoded": False,
        }


def _render(result: Result, status: int) -> Response[Any]:
    return result if isinstance(result, Response) else success(result, status)

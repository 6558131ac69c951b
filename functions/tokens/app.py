"""Creates, lists and revokes API tokens."""

from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ_AS_PERSON
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success
from minutehand.runtime.response_types import Confirmation
from minutehand.tokens import management
from minutehand.tokens.forms import NewToken, TokenReference, TokensQuery

handler = function = ApiFunction("/api/social/tokens", DatabaseConfig)


@function.on("GET", READ_AS_PERSON)
def list_tokens(request: Request) -> management.TokenPage:
    """Return a page of the caller's tokens. An admin gets the tokens of all people, or of the person in the query."""
    return management.page(function.db, request.reader(), request.form(TokensQuery))


@function.on("POST", READ_AS_PERSON, status=201, idempotent="tokens.create")
def create_token(request: Request) -> Response[management.CreatedToken]:
    """Create a token, and return its secret. A repeated request with the same Idempotency-Key returns no secret."""
    token, secret = management.create(function.db, request.reader(), request.form(NewToken), now=function.now())
    created = management.CreatedToken(token=token, secret=secret)
    return success(created, 201).stored_as(success({**created, "secret": None}, 201))


@function.on("DELETE", READ_AS_PERSON)
def revoke_token(request: Request) -> Confirmation:
    """Revoke the token, and return a confirmation."""
    return management.revoke(function.db, request.reader(), request.form(TokenReference), now=function.now())

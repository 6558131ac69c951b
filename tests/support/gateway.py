"""Calls of the API through the authorizer and the function of the call, as API Gateway makes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from local import template
from local.openapi.reference import BASE, routes
from minutehand.runtime.authentication import open_authentication
from minutehand.runtime.oidc import Oidc
from tests.support import cold_start
from tests.support.api import CONTEXT, Api, Reply, sample

ISSUER, AUDIENCE = "https://login.example/", "minutehand"
AUTHORIZER = {
    "STAGE": "prod",
    "AUTH_MODE": "oidc",
    "OIDC_ISSUER": ISSUER,
    "OIDC_AUDIENCE": AUDIENCE,
    "DATABASE_URL": "unused",
}
KEY = ec.generate_private_key(ec.SECP256R1())
WITHOUT_AUTHORIZER = {
    (event["Properties"]["Method"], event["Properties"]["Path"].removeprefix(BASE))
    for resource in template.load()["Resources"].values()
    for event in resource["Properties"].get("Events", {}).values()
    if event["Properties"].get("Auth") == {"Authorizer": "NONE"}
}
"""The calls that need no identity."""


class Keys:
    """The keys of an issuer that has one key."""

    def find(self, _: str) -> jwt.PyJWK:
        return jwt.PyJWK.from_dict(json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key())) | {"alg": "ES256"})


def person(user: str, *, owner: str | None = None, roles: str = "", **more: object) -> str:
    """Return the access token of a person. ``more``: further claims."""
    now = datetime.now(UTC)
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "exp": now + timedelta(hours=1)}
    claims |= ({"owner_id": owner} if owner else {}) | ({"roles": roles} if roles else {}) | more
    return jwt.encode(claims, KEY, "ES256", headers={"kid": "key"})


@dataclass(frozen=True)
class Caller:
    """The headers with which a caller identifies themselves."""

    token: str | None
    acts_as: str | None = None
    authorization: str | None = None
    """The whole header, instead of a bearer token."""

    @property
    def headers(self) -> dict[str, str]:
        header = self.authorization if self.token is None else f"Bearer {self.token}"
        given = {} if header is None else {"Authorization": header}
        return given if self.acts_as is None else given | {"X-Owner-Id": self.acts_as}


class Gateway:
    """The authorizer in its deployed mode, and the functions of the API."""

    def __init__(self, api: Api, environ: Mapping[str, str] = AUTHORIZER) -> None:
        self.api = api
        openers: cold_start.Openers = {open_authentication: lambda _: Oidc(ISSUER, AUDIENCE, Keys())}  # type: ignore[arg-type]
        self.authorizer = cold_start.start(
            "authorizer", db=api.db, clock=api.clock, environ=environ, openers=openers if environ is AUTHORIZER else {}
        )

    def identify(self, headers: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the context that the authorizer attaches to a request, or None if it refuses the request."""
        event = sample("authorizer")
        event["headers"], event["multiValueHeaders"] = dict(headers), {name: [each] for name, each in headers.items()}
        try:
            answer = self.authorizer.handler(event, CONTEXT)
        except Exception as error:
            if str(error) != "Unauthorized":
                raise
            return None
        context: dict[str, Any] = answer["context"]
        assert all(isinstance(value, str) for value in context.values())
        return context

    def call(
        self,
        call: str,
        caller: Caller | str | None = None,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Make a call, such as ``GET posts/list``. ``caller``: a caller, or only its token.

        ``body``: the value to send as JSON, or the text of the body.
        """
        method, path = call.split(" ")
        identified = caller if isinstance(caller, Caller) else Caller(caller)
        function = routes()[method, path]
        event = sample(function)
        given = {"content-type": "application/json", "accept": "application/json"} | identified.headers
        given |= headers or {}
        event |= {
            "httpMethod": method,
            "path": f"/{BASE.strip('/')}/{path}",
            "headers": given,
            "multiValueHeaders": {name: [value] for name, value in given.items()},
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "queryStringParameters": dict(query) if query else None,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        }
        if (method, path) in WITHOUT_AUTHORIZER:
            event["requestContext"]["authorizer"] = None
        else:
            context = self.identify(given)
            if context is None:
                return Reply(401, {}, "{}")
            event["requestContext"]["authorizer"] = {"principalId": context["userId"], **context}
        answer = self.api.function(function)(event, CONTEXT)
        answered = {name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()}
        return Reply(answer["statusCode"], answered, answer["body"])

    def mint(self, creator: str, *scopes: str, **fields: Any) -> str:
        """Create an API token, and return its secret. ``creator``: the token of a person."""
        reply = self.call("POST tokens", creator, {"name": "Import", "scopes": list(scopes)} | fields)
        assert reply.status == 201, reply.text
        secret: str = reply.body["secret"]
        return secret

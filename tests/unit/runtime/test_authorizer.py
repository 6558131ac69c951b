"""The authorizer function in both of its modes, with an issuer on loopback."""

import json
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.exceptions import PyJWKClientConnectionError

from minutehand.runtime.authentication import open_authentication
from minutehand.runtime.config import BadConfiguration
from tests.support import cold_start
from tests.support.api import CONTEXT, sample

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AUDIENCE = "minutehand"


app = cold_start.start("authorizer")


@pytest.fixture
def configure() -> Callable[..., None]:
    return lambda **environ: cold_start.configure(app.function, environ)


def authorize(headers: dict[str, str | list[str]]) -> dict[str, Any]:
    event = deepcopy(sample("authorizer"))
    event["multiValueHeaders"] = {name: [each] if isinstance(each, str) else each for name, each in headers.items()}
    event["headers"] = {name: values[-1] for name, values in event["multiValueHeaders"].items()}
    response: dict[str, Any] = app.handler(event, CONTEXT)
    return response


def identity(headers: dict[str, str | list[str]]) -> dict[str, str]:
    context: dict[str, str] = authorize(headers)["context"]
    return context


def test_caller_may_invoke_the_whole_stage(configure: Callable[..., None]) -> None:
    configure(STAGE="local", AUTH_MODE="trusted-header")

    assert app.handler(sample("authorizer"), CONTEXT) == {
        "principalId": "user-123",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/local/*",
                }
            ],
        },
        "context": {"userId": "user-123", "ownerId": "studio-7", "roles": "approver,editor"},
    }


@pytest.mark.parametrize("user", ["user-123", "Ada Lovelace", "ada@example.com", "ü" * 200, "日本"])
def test_any_text_may_be_a_user_id(configure: Callable[..., None], user: str) -> None:
    configure(STAGE="local", AUTH_MODE="trusted-header")

    assert identity({"X-User-Id": f" {user} "}) == {"userId": user, "ownerId": user, "roles": ""}


def test_event_without_multi_value_headers_is_accepted(configure: Callable[..., None]) -> None:
    configure(STAGE="local", AUTH_MODE="trusted-header")
    event = sample("authorizer")
    del event["multiValueHeaders"]

    assert app.handler(event, CONTEXT)["principalId"] == "user-123"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-user-id": ""},
        {"x-user-id": "  "},
        {"x-user-id": "a" * 201},
        {"x-user-id": "ada\x00"},
        {"x-user-id": "ada\x1b[2J"},
        {"x-user-id": ["ada", "bob"]},
        {"x-owner-id": "studio-7"},
        {"x-user-id": "ada", "x-owner-id": "a\x7fb"},
        {"x-user-id": "ada", "x-owner-id": ""},
        {"x-user-id": "ada", "x-user-roles": "r" * 1_001},
        {"authorization": "Bearer ada"},
    ],
)
def test_request_without_a_user_is_unauthorized(
    configure: Callable[..., None], headers: dict[str, str | list[str]]
) -> None:
    configure(STAGE="local", AUTH_MODE="trusted-header")

    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(headers)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"STAGE": "local"},
        {"STAGE": "local", "AUTH_MODE": "none"},
        {"AUTH_MODE": "trusted-header"},
        {"STAGE": "prod", "AUTH_MODE": "trusted-header"},
        {"STAGE": "staging", "AUTH_MODE": "trusted-header"},
        {"STAGE": "prod", "AUTH_MODE": "oidc"},
        {"STAGE": "prod", "AUTH_MODE": "oidc", "OIDC_ISSUER": "https://login.example.com/"},
        {"STAGE": "prod", "AUTH_MODE": "oidc", "OIDC_ISSUER": "http://login.example.com/", "OIDC_AUDIENCE": "a"},
    ],
)
def test_invalid_configuration_allows_no_caller(configure: Callable[..., None], environ: dict[str, str]) -> None:
    configure(**environ)

    with pytest.raises(BadConfiguration):
        authorize({"x-user-id": "ada"})


class Issuer:
    """An OpenID Connect issuer with two keys."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.fetched: list[str] = []
        self.up = True

    def document(self, path: str) -> object:
        self.fetched.append(path)
        if path.endswith("/openid-configuration"):
            return {"issuer": self.url, "jwks_uri": f"{self.url}keys"}
        keys = [
            json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"kid": "rsa", "use": "sig"},
            json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"kid": "ec", "use": "sig"},
        ]
        return {"keys": keys}

    def token(self, key: Any = RSA_KEY, algorithm: str = "RS256", kid: str = "rsa", **claims: Any) -> str:
        now = datetime.now(UTC)
        standard = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + timedelta(minutes=5)}
        given = {name: value for name, value in (standard | claims).items() if value is not None}
        return jwt.encode(given, key, algorithm, headers={"kid": kid})


@pytest.fixture
def issuer(configure: Callable[..., None]) -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not running.up:
                self.send_error(503)
                return
            body = json.dumps(running.document(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        running = Issuer(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        configure(STAGE="local", AUTH_MODE="oidc", OIDC_ISSUER=running.url, OIDC_AUDIENCE=AUDIENCE)
        yield running
        server.shutdown()
        thread.join()


def bearer(token: str) -> dict[str, str | list[str]]:
    return {"Authorization": f"Bearer {token}"}


def test_token_holds_the_identity(issuer: Issuer) -> None:
    token = issuer.token(owner_id="studio-7", roles=["editor", "approver"])

    assert identity(bearer(token)) == {"userId": "ada", "ownerId": "studio-7", "roles": "approver,editor"}


def test_owner_and_roles_of_a_token_are_optional(issuer: Issuer) -> None:
    assert identity(bearer(issuer.token())) == {"userId": "ada", "ownerId": "ada", "roles": ""}


def test_token_may_be_signed_with_an_elliptic_curve(issuer: Issuer) -> None:
    assert identity(bearer(issuer.token(EC_KEY, "ES256", "ec", roles="viewer")))["roles"] == "viewer"


def test_token_that_has_just_expired_is_accepted(issuer: Issuer) -> None:
    just_expired = datetime.now(UTC) - timedelta(seconds=10)

    assert identity(bearer(issuer.token(exp=just_expired)))["userId"] == "ada"


def test_keys_are_fetched_once(issuer: Issuer) -> None:
    for _ in range(3):
        authorize(bearer(issuer.token()))

    assert issuer.fetched == ["/.well-known/openid-configuration", "/keys"]


def test_unknown_key_ids_do_not_fetch_the_keys_each_time(issuer: Issuer) -> None:
    for number in range(3):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            authorize(bearer(issuer.token(kid=f"unknown-{number}")))

    assert issuer.fetched.count("/keys") <= 2


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example/"},
        {"aud": "another"},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"nbf": datetime(2100, 1, 1, tzinfo=UTC)},
        {"iss": None},
        {"aud": None},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 201},
        {"sub": "ada\x00"},
        {"owner_id": ""},
        {"owner_id": 5},
        {"key": OTHER_KEY},
        {"kid": "ec"},
    ],
)
def test_invalid_token_is_unauthorized(issuer: Issuer, claims: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(issuer.token(**claims)))


def test_unsigned_or_symmetrically_signed_token_is_unauthorized(issuer: Issuer) -> None:
    unsigned = jwt.encode({"sub": "ada"}, "", "none", headers={"kid": "rsa"})
    symmetric = issuer.token("a shared secret that is long enough", "HS256")

    for token in (unsigned, symmetric, "", "nonsense", "a.b.c"):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            authorize(bearer(token))


@pytest.mark.parametrize(
    "headers", [{}, {"x-user-id": "ada"}, {"authorization": "Basic YTpi"}, {"authorization": ["Bearer a", "Bearer b"]}]
)
def test_request_without_a_bearer_token_is_unauthorized(issuer: Issuer, headers: dict[str, str | list[str]]) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(headers)


def test_unreachable_issuer_is_an_error_but_not_unauthorized(issuer: Issuer) -> None:
    issuer.up = False
    with pytest.raises(OSError, match="503"):
        authorize(bearer(issuer.token()))

    issuer.up = True
    authorize(bearer(issuer.token()))
    issuer.up = False
    assert identity(bearer(issuer.token()))["userId"] == "ada"
    app.function.resource(open_authentication)._keys.jwk_set_cache.jwk_set_with_timestamp = None
    with pytest.raises(PyJWKClientConnectionError):
        authorize(bearer(issuer.token()))

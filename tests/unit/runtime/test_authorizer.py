"""The authorizer function in both of its modes, with an issuer on loopback."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.issuer_keys import IssuerUnavailable
from tests.support import cold_start
from tests.support.api import CONTEXT, sample

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
SMALL_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
P384_KEY = ec.generate_private_key(ec.SECP384R1())
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AUDIENCE = "minutehand"


app = cold_start.start("authorizer")


@pytest.fixture
def configure() -> Callable[..., None]:
    return lambda **environ: cold_start.configure(app.function, {"DATABASE_URL": "unused"} | environ)


def authorize(headers: dict[str, str | list[str]]) -> dict[str, Any]:
    event = sample("authorizer")
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
        usable = json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key()))
        keys = [
            None,
            {"kty": "RSA", "kid": "broken", "n": "!", "e": 5},
            json.loads(RSAAlgorithm.to_jwk(SMALL_KEY.public_key())) | {"kid": "small"},
            json.loads(ECAlgorithm.to_jwk(P384_KEY.public_key())) | {"kid": "p384"},
            usable | {"kid": "encryption", "use": "enc"},
            usable | {"kid": ["rsa"]},
            json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"kid": "rsa", "use": "sig"},
            json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"kid": "ec", "use": "sig"},
        ]
        return {"keys": keys}

    def claims(self) -> dict[str, Any]:
        """Return the claims of a valid token."""
        now = datetime.now(UTC)
        return {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + timedelta(minutes=5)}

    def sign(self, claims: dict[str, Any], key: rsa.RSAPrivateKey = RSA_KEY, **header: Any) -> str:
        """Return a token with exactly these claims, without the checks that the library makes when it signs."""
        given = {"alg": "RS256", "kid": "rsa", "typ": "JWT"} | header
        signed = f"{_json({name: each for name, each in given.items() if each is not None})}.{_json(claims)}"
        return f"{signed}.{_base64(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def token(self, key: Any = RSA_KEY, algorithm: str = "RS256", kid: str = "rsa", **claims: Any) -> str:
        given = {name: value for name, value in (self.claims() | claims).items() if value is not None}
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


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ada", "email": "ada@example.com"}, "Ada"),
        ({"email": "ada@example.com"}, "ada@example.com"),
        ({"name": " ", "email": "ada@example.com"}, "ada@example.com"),
        ({"name": ["Ada"], "email": {"a": 1}}, None),
        ({"name": "Ada\n\u202e"}, "Ada"),
    ],
    ids=str,
)
def test_name_or_e_mail_of_a_token_is_passed_on(issuer: Issuer, claims: dict[str, Any], name: str | None) -> None:
    assert identity(bearer(issuer.token(**claims))).get("name") == name


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
    for _ in range(2):  # the second time without another fetch
        with pytest.raises(IssuerUnavailable, match="status 503"):
            authorize(bearer(issuer.token()))


def test_issuer_that_goes_away_does_not_matter_while_its_keys_are_fresh(issuer: Issuer) -> None:
    authorize(bearer(issuer.token()))
    issuer.up = False

    assert identity(bearer(issuer.token()))["userId"] == "ada"


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ([], ""),
        (None, ""),
        ("", ""),
        ("editor, approver", "approver,editor"),
        (["viewer", "editor"], "editor,viewer"),
        # A name in a list is one role: an issuer whose users name groups must not be able to grant another role.
        (["x,admin"], "viewer"),
        (["editor", "x,admin,operator"], "editor"),
        # Unknown names grant nothing, not even what a caller without any role may do.
        (["Everyone"], "viewer"),
        ("viewer guest", "viewer"),
        ("Viewer", "viewer"),
        ("ADMIN", "viewer"),
        ("\u0085admin", "viewer"),
        ("admin\u00a0", "viewer"),
        (["viewer", "guest"], "viewer"),
        ({"viewer": True}, "viewer"),
        ({"admin": True}, "viewer"),
        (["admin", 5], "viewer"),
        ([["admin"]], "viewer"),
        (True, "viewer"),
        (7, "viewer"),
    ],
)
def test_roles_of_a_token_grant_nothing_that_is_not_named_exactly(issuer: Issuer, given: Any, roles: str) -> None:
    assert identity(bearer(issuer.token(roles=given)))["roles"] == roles


def test_null_as_the_claim_of_roles_means_no_role(issuer: Issuer) -> None:
    token = issuer.sign(issuer.claims() | {"roles": None})

    assert identity(bearer(token))["roles"] == ""


@pytest.mark.parametrize("claim", ["sub", "owner_id"])
@pytest.mark.parametrize(
    "given",
    [
        *(" ada", "ada ", "ada\u00a0", "\u0085ada", "\u3000ada", "\nada", "ada\t", "\u2028ada", "a\u2029b", "\ud800"),
        *("acme/customer-17", "/", "test:acme", "test:"),
        *("", " ", "a" * 201, 5, None, True, ["ada"], {"ada": 1}),
    ],
)
def test_id_that_could_be_taken_for_another_is_unauthorized(issuer: Issuer, claim: str, given: object) -> None:
    token = issuer.sign(issuer.claims() | {claim: given})

    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(token))


@pytest.mark.parametrize("header", ["x-user-id", "x-owner-id"])
@pytest.mark.parametrize("given", ["acme/customer-17", "test:acme", "\u0085ada", "ada\u00a0"])
def test_header_names_no_id_that_a_token_may_not_name(configure: Callable[..., None], header: str, given: str) -> None:
    configure(STAGE="local", AUTH_MODE="trusted-header")
    headers: dict[str, str | list[str]] = {"x-user-id": "ada"}

    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(headers | {header: given})


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt", "AT+JWT", None])
def test_access_token_may_have_each_usual_type(issuer: Issuer, typ: str | None) -> None:
    assert identity(bearer(issuer.sign(issuer.claims(), typ=typ)))["userId"] == "ada"


@pytest.mark.parametrize("typ", ["logout+jwt", "secevent+jwt", "dpop+jwt", "id_token+jwt", "JWE", "", 5, ["JWT"]])
def test_token_of_another_type_is_unauthorized(issuer: Issuer, typ: object) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(issuer.sign(issuer.claims(), typ=typ)))


@pytest.mark.parametrize(
    "claims",
    [
        {"at_hash": "x"},
        {"c_hash": "x"},
        {"s_hash": "x"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
        *({"typ": kind} for kind in ("ID", "Refresh", "Offline", "Logout", "", 5)),
        *({"token_use": kind} for kind in ("id", "", None)),
    ],
)
def test_token_that_is_no_access_token_is_unauthorized(issuer: Issuer, claims: dict[str, Any]) -> None:
    """ID tokens and logout tokens have the signature, the issuer and perhaps the audience of an access token."""
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(issuer.sign(issuer.claims() | claims)))


@pytest.mark.parametrize("claims", [{"typ": "Bearer"}, {"token_use": "access"}, {"nonce": "x"}])
def test_access_token_may_name_its_kind(issuer: Issuer, claims: dict[str, Any]) -> None:
    assert identity(bearer(issuer.sign(issuer.claims() | claims)))["userId"] == "ada"


STRANGE_TIMES: list[object] = [float("inf"), float("nan"), [1], {}, "x"]
STRANGE_NAMES: list[object] = [5, [], [5], {}]


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        *((claim, given) for claim in ("exp", "nbf", "iat") for given in STRANGE_TIMES),
        *((claim, given) for claim in ("aud", "iss") for given in STRANGE_NAMES),
    ],
)
def test_claim_of_another_form_is_unauthorized(issuer: Issuer, claim: str, given: object) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(issuer.sign(issuer.claims() | {claim: given})))


@pytest.mark.parametrize(
    "header",
    [
        {"kid": 5},
        {"kid": ["rsa"]},
        {"kid": None},
        {"alg": "RS512", "kid": "rsa"},
        {"alg": None, "kid": "rsa"},
        {"alg": ["RS256"], "kid": "rsa"},
        {"alg": {}, "kid": "rsa"},
        {"alg": "RS256", "kid": "rsa", "crit": ["x"]},
        {"alg": "RS256", "kid": "rsa", "b64": False},
    ],
)
def test_header_of_another_form_is_unauthorized(issuer: Issuer, header: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(_json(header) + "." + _json(issuer.claims()) + ".AAAA"))


@pytest.mark.parametrize("part", ["é", "=", "....", "[" * 100_000, "\ud800", "e30", "bnVsbA"])
def test_token_that_is_no_token_fetches_no_keys(issuer: Issuer, part: str) -> None:
    for token in (f"{part}.{part}.{part}", f"{_base64(b'[' * 20_000)}.{part}.AAAA", f"{part}..", part):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            authorize(bearer(token))

    assert issuer.fetched == []


def test_deeply_nested_claims_are_unauthorized(issuer: Issuer) -> None:
    signed = f"{_json({'alg': 'RS256', 'kid': 'rsa'})}.{_base64(b'[' * 20_000)}"
    signature = RSA_KEY.sign(signed.encode(), PKCS1v15(), SHA256())

    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(f"{signed}.{_base64(signature)}"))


@pytest.mark.parametrize("kid", ["small", "encryption", "broken"])
def test_key_that_is_too_weak_or_has_another_use_verifies_nothing(issuer: Issuer, kid: str) -> None:
    token = issuer.sign(issuer.claims(), SMALL_KEY if kid == "small" else RSA_KEY, kid=kid)

    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(token))


def test_key_on_another_curve_verifies_nothing(issuer: Issuer) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(bearer(issuer.token(P384_KEY, "ES384", "p384")))


def _json(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part, default=lambda time: int(time.timestamp())).encode())


def _base64(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()

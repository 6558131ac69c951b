"""An OpenID Connect issuer with a sign-in page: the authorization code flow with PKCE (RFC 7636)."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.support.loopback_server import serving

AUDIENCE = "https://api.minutehand.example"
CLIENT_ID = "planner"
_COOKIE = "session=open"


class Issuer:
    """Signs in one person, who confirms once on a page. After that, the issuer's session signs the person in."""

    def __init__(self, url: str, redirect_uri: str, user: str) -> None:
        """Accept only ``redirect_uri``, and sign in ``user``."""
        self.url = url
        self.lifetime = timedelta(minutes=5)
        """The lifetime of the tokens."""
        self.exchanges: list[dict[str, str]] = []
        """The fields of each request for a token."""
        self._redirect_uri = redirect_uri
        self._user = user
        self._codes: dict[str, str] = {}
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def metadata(self) -> dict[str, Any]:
        """Return the document at `/.well-known/openid-configuration`."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}authorize",
            "token_endpoint": f"{self.url}token",
            "jwks_uri": f"{self.url}keys",
        }

    def keys(self) -> dict[str, Any]:
        """Return the public key as a JSON Web Key Set."""
        return {"keys": [json.loads(RSAAlgorithm.to_jwk(self._key.public_key())) | {"kid": "1", "use": "sig"}]}

    def refusal(self, query: dict[str, str]) -> str | None:
        """Return the fault of a request for a code, or None."""
        expected = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self._redirect_uri,
            "code_challenge_method": "S256",
            "audience": AUDIENCE,
        }
        wrong = [name for name, value in expected.items() if query.get(name) != value]
        missing = [name for name in ("state", "code_challenge") if not query.get(name)]
        return f"wrong: {wrong}, missing: {missing}" if wrong or missing else None

    def redirect(self, query: dict[str, str]) -> str:
        """Return the address to which the browser returns with a code."""
        code = token_urlsafe()
        self._codes[code] = query["code_challenge"]
        return f"{self._redirect_uri}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Exchange a code for a token, once, and only with the verifier of its challenge."""
        self.exchanges.append(form)
        challenge = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_valid = (
            challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            and form.get("grant_type") == "authorization_code"
            and form.get("client_id") == CLIENT_ID
            and form.get("redirect_uri") == self._redirect_uri
        )
        if not is_valid:
            return 400, {"error": "invalid_grant", "error_description": "The code is not valid."}
        return 200, {
            "access_token": self._token(),
            "token_type": "Bearer",
            "expires_in": int(self.lifetime.total_seconds()),
        }

    def _token(self) -> str:
        now = datetime.now(UTC)
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": self._user, "iat": now, "exp": now + self.lifetime}
        return jwt.encode(claims, self._key, "RS256", headers={"kid": "1"})


@contextmanager
def issuer(redirect_uri: str, user: str) -> Iterator[Issuer]:
    """Run an issuer on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, _fields(urlsplit(self.path).query)
            if path == "/.well-known/openid-configuration":
                self._answer(200, running.metadata())
            elif path == "/keys":
                self._answer(200, running.keys())
            elif path != "/authorize":
                self._answer(404, {})
            elif (refusal := running.refusal(query)) is not None:
                self._answer(400, {"error": refusal})
            elif _COOKIE in self.headers.get("Cookie", ""):
                self._redirect(running.redirect(query))
            else:
                self._show_page(query)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/token":
                self._answer(*running.exchange(_fields(body)))
            else:
                self._redirect(running.redirect(_fields(urlsplit(self.path).query)), cookie=_COOKIE)

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Access-Control-Allow-Origin", "*")
            self._send(json.dumps(document))

        def _redirect(self, address: str, cookie: str | None = None) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            if cookie:
                self.send_header("Set-Cookie", f"{cookie}; HttpOnly; Path=/")
            self._send("")

        def _show_page(self, query: dict[str, str]) -> None:
            refused = urlencode({"error": "access_denied", "state": query["state"]})
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self._send(
                f"<h1>Sign in</h1><form method=post action='/sign-in?{escape(urlencode(query))}'>"
                f"<button>Sign in</button></form><a href='{escape(query['redirect_uri'])}?{escape(refused)}'>Cancel</a>"
            )

        def _send(self, text: str) -> None:
            body = text.encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as url:
        running = Issuer(f"{url}/", redirect_uri, user)
        yield running


def _fields(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}

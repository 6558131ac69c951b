"""Authorization codes. A code is short-lived, can be used once, and is bound to its redirect URI and PKCE challenge."""

import base64
import hashlib
import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.state import State

HEX_CHALLENGES = frozenset(["tiktok"])
"""The platforms that encode the PKCE challenge in hexadecimal, as TikTok does for desktop apps."""


class AuthorizationCodes:
    """Issues and redeems the authorization codes of all platforms."""

    def __init__(self, state: State) -> None:
        self._state = state

    def issue(self, grant: Grant, redirect_uri: str, challenge: str, lifetime: timedelta) -> str:
        """Issue a code for ``grant``. ``challenge`` is the PKCE challenge (RFC 7636, S256) or an empty string."""
        code = secrets.token_urlsafe(48)
        self._all()[code] = {
            "grant": asdict(grant),
            "redirect_uri": redirect_uri,
            "challenge": challenge,
            "expires_at": (self._state.now() + lifetime).timestamp(),
            "used": False,
        }
        self._state.mark_changed()
        return code

    def redeem(self, platform: str, code: str, *, redirect_uri: str, verifier: str = "") -> Grant:
        """Mark a code as used and return its grant.

        Raises:
            OAuthError: the code is unknown, used or expired, or belongs to another redirect URI or challenge.
        """
        record = self._all().get(code)
        if record is None or record["grant"]["platform"] != platform:
            raise _invalid_grant("unknown", "The code is unknown.")
        if record["used"]:
            raise _invalid_grant("used", "The code has already been used.")
        record["used"] = True  # even if other parameters are wrong, so that nobody can guess them with repeated calls
        self._state.mark_changed()
        if record["expires_at"] <= self._state.now().timestamp():
            raise _invalid_grant("expired", "The code has expired.")
        if record["redirect_uri"] != redirect_uri:
            raise _invalid_grant("redirect_uri", "The redirect URI differs from the one in the authorization request.")
        if record["challenge"] and record["challenge"] not in _challenges(platform, verifier):
            raise _invalid_grant("code_verifier", "The code verifier does not match the code challenge.")
        grant = record["grant"]
        return Grant(**{**grant, "scopes": tuple(grant["scopes"])})

    def _all(self) -> dict[str, dict[str, Any]]:
        return self._state.collection("oauth", "codes")


def _challenges(platform: str, verifier: str) -> list[str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    standard = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return [standard, digest.hex()] if platform in HEX_CHALLENGES else [standard]


def _invalid_grant(subject: str, description: str) -> OAuthError:
    return OAuthError("invalid_grant", f"code:{subject}", description)

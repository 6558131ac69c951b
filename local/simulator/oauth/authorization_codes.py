"""Authorization codes: short-lived, good for one exchange, bound to where they were sent and to a PKCE challenge."""

import base64
import hashlib
import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.state import State

HEX_CHALLENGES = frozenset(["tiktok"])
"""TikTok writes the hash of a desktop app's verifier in hexadecimal digits."""


class AuthorizationCodes:
    """The codes of all platforms."""

    def __init__(self, state: State) -> None:
        self._state = state

    def issue(self, grant: Grant, redirect_uri: str, challenge: str, lifetime: timedelta) -> str:
        """Return a code for ``grant``. ``challenge``: that of PKCE (RFC 7636, S256), empty for none."""
        code = secrets.token_urlsafe(48)
        self._all()[code] = {
            "grant": asdict(grant),
            "redirect_uri": redirect_uri,
            "challenge": challenge,
            "until": (self._state.now() + lifetime).timestamp(),
            "used": False,
        }
        self._state.mark_changed()
        return code

    def redeem(self, platform: str, code: str, *, redirect_uri: str, verifier: str = "") -> Grant:
        """Return what a code stands for, once.

        Raises:
            OAuthError: it is unknown, used or too old, or was asked for with another redirect URI or challenge.
        """
        record = self._all().get(code)
        if record is None or record["grant"]["platform"] != platform:
            raise _refusal("unknown", "The code is unknown.")
        if record["used"]:
            raise _refusal("used", "The code was used already.")
        record["used"] = True  # also when what comes with it is wrong: a guess costs the code
        self._state.mark_changed()
        if record["until"] <= self._state.now().timestamp():
            raise _refusal("late", "The code is too old.")
        if record["redirect_uri"] != redirect_uri:
            raise _refusal("redirect_uri", "The redirect URI is not the one that the code was sent to.")
        if record["challenge"] and record["challenge"] not in _challenges(platform, verifier):
            raise _refusal("code_verifier", "The code verifier does not fit the code challenge.")
        grant = record["grant"]
        return Grant(**{**grant, "scopes": tuple(grant["scopes"])})

    def _all(self) -> dict[str, dict[str, Any]]:
        return self._state.collection("oauth", "codes")


def _challenges(platform: str, verifier: str) -> list[str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    standard = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return [standard, digest.hex()] if platform in HEX_CHALLENGES else [standard]


def _refusal(what: str, why: str) -> OAuthError:
    return OAuthError("invalid_grant", f"code:{what}", why)

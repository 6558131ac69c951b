"""Warnings about the access to an account that remains after its connection has been removed."""

from minutehand.connections.store import SharedAccess
from minutehand.platforms.catalog import PLATFORMS, display_name


def warnings(platform: str, shared: SharedAccess) -> list[dict[str, str]]:
    """Return what remains of the access to an account on ``platform``, and how its owner can end it."""
    name, facts = display_name(platform), PLATFORMS[platform]
    remove_app = f"remove the app in the settings of the account on {name}"
    found = []
    if not facts.oauth:
        sentence = f"The credential that you gave us is still valid. To end it, delete it in the settings on {name}."
        found.append(_warning("token_not_revoked", sentence))
    elif facts.revocation == "none":
        sentence = f"{name} does not let us revoke the token. We have deleted it. To end the access, {remove_app}."
        found.append(_warning("token_not_revoked", sentence))
    elif shared.by_same_grant:
        sentence = (
            "Other connections have the same grant, so the grant is not revoked until they are removed too. "
            f"To end the access of all of them, {remove_app}."
        )
        found.append(_warning("grant_in_use", sentence))
    if shared.by_other_owner:
        sentence = f"Another owner has connected this account too, and can publish on it. To end this, {remove_app}."
        found.append(_warning("connected_elsewhere", sentence))
    return found


def _warning(code: str, message: str) -> dict[str, str]:
    return {"field": "connectionId", "code": code, "message": message}

"""Warnings about the access to an account that remains after its connection has been removed."""

from minutehand.connections.store import SharedAccess
from minutehand.platforms.api_warning import ApiWarning
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, PLATFORMS, display_name


def warnings(platform: str, shared: SharedAccess) -> list[ApiWarning]:
    """Return a warning for each kind of access that remains to an account, with a way to end this access."""
    name, facts = display_name(platform), PLATFORMS[platform]
    remove_app = f"remove the app in the settings of the account on {name}"
    found = []
    if platform in CONNECTORS and not shared.granted:
        sentence = f"The credential that you gave us is still valid. Delete it in the settings on {name}."
        found.append(_warning("token_not_revoked", sentence))
    elif facts.revocation == "none":
        sentence = f"{name} does not let us revoke the token. We have deleted it. To end the access, {remove_app}."
        found.append(_warning("token_not_revoked", sentence))
    elif shared.by_same_grant:
        sentence = (
            "Other connections have the same grant, so the grant is not revoked until those connections are "
            f"also removed. To end the access of all these connections, {remove_app}."
        )
        found.append(_warning("grant_in_use", sentence))
    if shared.by_other_owner:
        delete_credential = f"delete the other credential in the settings on {name}"
        end_access = remove_app if platform in AUTHORIZABLE else delete_credential
        sentence = (
            f"Another owner has also connected this account and can publish on it. To end that access, {end_access}."
        )
        found.append(_warning("connected_elsewhere", sentence))
    return found


def _warning(code: str, message: str) -> ApiWarning:
    return {"field": "connectionId", "code": code, "message": message}

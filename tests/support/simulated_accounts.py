"""Accounts on the simulated platforms, which exist without a login."""

from local.simulator.graph_api import numeric_id
from minutehand.platforms.port import Account
from tests.support.simulator import Simulator


def account_on(simulator: Simulator, platform: str, name: str = "demo") -> Account:
    """Return the account ``name`` on a simulated platform."""
    account_id = {"facebook": numeric_id(name), "youtube": f"UC{name}"}.get(platform, "")
    handle, token = f"@{name}", {"access_token": f"{name}-token"}
    if platform == "bluesky":
        handle = f"{name}.bsky.social"
        token = {"identifier": handle, "password": "abcd-efgh"}
    return Account("c1", platform, account_id, handle, f"{simulator.url}/{platform}", token)

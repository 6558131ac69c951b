"""What the local stack is deployed with."""

import tomllib
from urllib.parse import urlsplit

from local import deploy
from local.settings import ROOT, Settings
from local.simulator.faults import Faults
from local.simulator.sandbox import Sandbox
from local.simulator.state import State

SETTINGS = Settings.from_environ({})


def delivered_to() -> set[str]:
    """Return the paths at which the simulator takes posts into its plain timeline."""
    return {route.path for route in Sandbox(State(), Faults()).routes() if "POST" in (route.methods or ())}


def test_sandboxed_posts_are_delivered_where_the_simulator_takes_them() -> None:
    with (ROOT / "samconfig.toml").open("rb") as file:
        written = tomllib.load(file)["local"]["deploy"]["parameters"]["parameter_overrides"]
    [url] = [item.partition("=")[2] for item in written if item.startswith("SandboxUrl=")]

    assert {urlsplit(url).path} == delivered_to()
    assert deploy._parameters(SETTINGS, "postgresql://db")["SandboxUrl"] == url

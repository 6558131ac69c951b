"""The parameters of the local deployment."""

import tomllib
from urllib.parse import urlsplit

import pytest

from local import deploy, template
from local.settings import ROOT, Settings
from local.simulator.bluesky import Bluesky
from local.simulator.faults import Faults
from local.simulator.sandbox import Sandbox
from local.simulator.state import State
from minutehand.migrations.roles import PRIVILEGES

SETTINGS = Settings.from_environ({})


def sandbox_paths() -> set[str]:
    """Return the paths at which the simulator accepts posts for its sandbox."""
    return {route.path for route in Sandbox(State(), Faults()).routes() if "POST" in (route.methods or ())}


def test_sandbox_url_is_a_path_of_the_simulator() -> None:
    with (ROOT / "samconfig.toml").open("rb") as file:
        parameters = tomllib.load(file)["local"]["deploy"]["parameters"]["parameter_overrides"]
    [url] = [item.partition("=")[2] for item in parameters if item.startswith("SandboxUrl=")]

    assert {urlsplit(url).path} == sandbox_paths()
    assert deploy._parameters(SETTINGS, "postgresql://db", {})["SandboxUrl"] == url


@pytest.mark.parametrize(
    ("parameter", "call"),
    [("BlueskyVideoService", "app.bsky.video.startUpload"), ("BlueskyAppView", "app.bsky.feed.getPosts")],
)
def test_service_of_bluesky_is_the_simulated_one(parameter: str, call: str) -> None:
    with (ROOT / "samconfig.toml").open("rb") as file:
        parameters = tomllib.load(file)["local"]["deploy"]["parameters"]["parameter_overrides"]
    (url,) = [item.partition("=")[2] for item in parameters if item.startswith(f"{parameter}=")]
    paths = {route.path for route in Bluesky(State(), Faults()).routes()}

    assert f"{urlsplit(url).path}/xrpc/{call}" in paths
    assert deploy._parameters(SETTINGS, "postgresql://db", {})[parameter] == url


def test_each_group_of_functions_has_its_own_login() -> None:
    logins = {group: f"postgresql://{group}@db" for group in PRIVILEGES}
    given = deploy._parameters(SETTINGS, "postgresql://db", logins)

    assert {name: value for name, value in given.items() if name in template.load()["Parameters"]} == given
    assert given["ReaderLogin"] == "postgresql://reader@db"

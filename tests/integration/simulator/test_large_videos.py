"""A video of 500 MB goes through with bounded memory, in runs that end in time."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.simulator import Simulator

SIZE = 500_000_000
MOST_MEMORY = 256 * 1024 * 1024
RUN_SECONDS = 5.5
"""Less than the whole upload takes: a piece is not begun when less than 5 seconds are left."""


@pytest.mark.parametrize("platform", ["youtube", "tiktok"])
def test_a_large_video_needs_little_memory_and_no_long_run(simulator: Simulator, platform: str) -> None:
    url = f"{simulator.url}/media/video.mp4?bytes={SIZE}"
    output = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.large_upload",
            platform,
            f"{simulator.url}/{platform}",
            url,
            str(RUN_SECONDS),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((".", "layers/domain"))},
    )
    took = json.loads(output.stdout)
    assert took["peak"] < MOST_MEMORY
    assert max(took["seconds"]) < RUN_SECONDS
    assert len(took["seconds"]) > 1
    [video] = simulator.state.shelf(platform, "posts").values()
    assert video.get("size", video.get("uploaded")) == SIZE
    assert len(simulator.posts(platform)) == 1

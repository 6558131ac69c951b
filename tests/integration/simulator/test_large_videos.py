"""A video of 500 MB goes through with bounded memory, in runs that end in time."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.support.simulator import Simulator

SIZE = 500_000_000
MAX_MEMORY = 256 * 1024 * 1024
MAX_RUN = 30.0
PIECES = 3
"""For how many pieces a run has the time: the same on every machine, and fewer than the video has."""


@pytest.mark.parametrize(
    ("platform", "in_pieces", "options"),
    [
        ("youtube", True, {}),
        ("tiktok", True, {}),
        ("x", True, {}),
        ("linkedin", True, {}),
        ("facebook", True, {}),
        ("pinterest", False, {"coverKeyFrameTime": 1}),  # whose form cannot be sent in parts
    ],
)
def test_a_large_video_needs_little_memory_and_no_long_run(
    simulator: Simulator, platform: str, in_pieces: bool, options: dict[str, Any]
) -> None:
    if platform == "pinterest":
        boards = simulator.client.get("/pinterest/v5/boards", headers={"authorization": "Bearer demo-token"})
        options = options | {"boardId": boards.json()["items"][0]["id"]}
    output = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.large_upload",
            platform,
            f"{simulator.url}/{platform}",
            f"{simulator.url}/media/video.mp4?bytes={SIZE}",
            json.dumps(options),
            str(PIECES if in_pieces else 0),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((".", "layers/domain"))},
    )
    took = json.loads(output.stdout)
    assert took["peak"] < MAX_MEMORY
    assert max(took["seconds"]) < MAX_RUN
    assert (len(took["seconds"]) > 1) == in_pieces
    assert len(simulator.posts(platform)) == 1

"""A video of 500 MB is uploaded with limited memory, in attempts of limited time."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.support.simulator import Simulator

SIZE = 500_000_000
MAX_MEMORY = 256 * 1024 * 1024
MAX_SECONDS = 30.0
CHUNKS = 3
"""The chunks for which an attempt has time: the same number on every machine, and fewer than the video has."""


@pytest.mark.parametrize(
    ("platform", "in_chunks", "options"),
    [
        ("youtube", True, {}),
        ("tiktok", True, {}),
        ("x", True, {}),
        ("linkedin", True, {}),
        ("facebook", True, {}),
        ("pinterest", False, {"coverKeyFrameTime": 1}),  # Pinterest takes the whole file in one form
    ],
)
def test_large_video_is_uploaded_with_limited_memory_and_time(
    simulator: Simulator, platform: str, in_chunks: bool, options: dict[str, Any]
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
            str(CHUNKS if in_chunks else 0),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((".", "layers/domain"))},
    )
    measured = json.loads(output.stdout)
    assert measured["peak"] < MAX_MEMORY
    assert max(measured["seconds"]) < MAX_SECONDS
    assert (len(measured["seconds"]) > 1) == in_chunks
    assert len(simulator.posts(platform)) == 1

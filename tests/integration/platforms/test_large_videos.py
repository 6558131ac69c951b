"""A video that exceeds the limit of the memory is uploaded with limited memory, in attempts of limited time."""

import json
import os
import subprocess
import sys

import pytest

from local.simulator.demo import requirements_of
from minutehand.platforms.port import MediaInfo
from tests.support.media_rules import accepting, uploading
from tests.support.platforms_page import section
from tests.support.simulator import Simulator
from tests.support.sweeps import is_complete

MAX_MEMORY = 192 * 1024 * 1024
SIZES = (210_000_000, 300_000_000, 500_000_000) if is_complete() else (210_000_000,)
"""The sizes of the videos. Even the smallest one is larger than `MAX_MEMORY`. A platform gets the largest one that it
accepts.
"""
MAX_SECONDS = 30.0
CHUNKS = 3
"""The chunks for which an attempt has time: the same number on every machine, and fewer than the video has."""


VIDEOS = [MediaInfo("https://ex.am/a.mp4", "video/mp4", size, 1280, 720, 10.0) for size in SIZES]
VIDEO_SIZES = {
    platform: video.size_bytes for video in VIDEOS for platform in uploading(video) if platform in accepting(video)
}


@pytest.mark.sweep
@pytest.mark.parametrize(("platform", "size"), VIDEO_SIZES.items())
def test_large_video_is_uploaded_with_limited_memory_and_time(simulator: Simulator, platform: str, size: int) -> None:
    in_chunks = "in a single call" not in " ".join(section(platform).split())
    output = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.large_upload",
            platform,
            f"{simulator.url}/{platform}",
            f"{simulator.url}/media/video.mp4?bytes={size}",
            json.dumps(requirements_of(platform).options),
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

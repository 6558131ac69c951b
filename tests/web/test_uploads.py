"""Uploads from the page to a bucket of another origin, which answers by its CORS rules."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from minutehand.media.storage import CHUNK_BYTES, MAX_PUT_BYTES
from tests.support.bucket_gateway import BucketGateway, bucket_gateway
from tests.support.mp4_files import from_a_camera
from tests.support.planner import Planner

pytestmark = pytest.mark.alone

# Playwright cannot change the response: it answers preflights itself as soon as it intercepts any request.
USE_GATEWAY = """
const [emulator, gateway] = [%s, %s];
const real = window.fetch;
window.fetch = async (...request) => {
    const response = await real(...request);
    if (!response.url.endsWith("/api/social/media")) return response;
    const { status, headers } = response;
    return new Response((await response.text()).replaceAll(emulator, gateway), { status, headers });
};
"""


@pytest.fixture
def bucket(planner: Planner) -> Iterator[BucketGateway]:
    """Make the page upload to a server of another origin, with the CORS rules of the deployed bucket."""
    s3 = planner.stack.aws("s3")
    [name] = [each["Name"] for each in s3.list_buckets()["Buckets"] if "mediabucket" in each["Name"]]
    rules = s3.get_bucket_cors(Bucket=name)["CORSRules"]
    emulator = planner.stack.stack.settings.emulator_url
    with (
        bucket_gateway(emulator, rules) as running,
        planner.stack.configured({"MEDIA_ORIGIN": running.url}, "Planner"),
    ):
        planner.page.add_init_script(USE_GATEWAY % (json.dumps(emulator), json.dumps(running.url)))
        yield running


def choose(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)


def media(planner: Planner) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = planner.api.get("/api/social/media").json()["media"]
    return found


def content(planner: Planner, item: dict[str, Any]) -> bytes:
    detail = planner.api.get("/api/social/media", params={"mediaId": item["id"]}).json()["media"]
    return planner.stack.simulator.get(detail["viewUrl"]).content


def test_upload_goes_on_after_a_lost_connection(planner: Planner, bucket: BucketGateway, image: Path) -> None:
    bucket.faults = ["lose"]
    planner.sign_in()

    planner.open("/posts/new")
    choose(planner.page, image)
    expect(planner.page.get_by_label("Alternative text")).to_be_visible()

    assert bucket.uploads == [0, 0]
    assert bucket.preflights >= 1
    [item] = media(planner)
    assert (item["status"], item["sizeBytes"]) == ("ready", image.stat().st_size)
    assert content(planner, item) == image.read_bytes()


def test_only_the_lost_chunk_of_a_large_file_is_sent_again(
    planner: Planner, bucket: BucketGateway, tmp_path: Path
) -> None:
    video = tmp_path / "film.mp4"
    video.write_bytes(from_a_camera(MAX_PUT_BYTES))
    bucket.faults = [None, "lose"]
    planner.sign_in()

    planner.open("/posts/new")
    choose(planner.page, video)
    expect(planner.page.get_by_label("Alternative text")).to_be_visible(timeout=90_000)

    chunks = -(-video.stat().st_size // CHUNK_BYTES)
    assert bucket.uploads == [1, 2, 2, *range(3, chunks + 1)]
    [item] = media(planner)
    assert (item["status"], item["sizeBytes"]) == ("ready", video.stat().st_size)


def test_refused_upload_is_reported_and_can_be_repeated(planner: Planner, bucket: BucketGateway, image: Path) -> None:
    bucket.faults = ["refuse"]
    planner.sign_in()

    planner.open("/posts/new")
    choose(planner.page, image)
    expect(planner.page.get_by_role("alert")).to_have_text(
        re.compile("Storage refused \u2068sunrise\\.jpg\u2069 \\(HTTP 403\\)")
    )
    assert bucket.uploads == [0]
    assert [item["status"] for item in media(planner)] != ["ready"]
    assert planner.violations() == []
    planner.page.get_by_role("button", name="Upload it again").click()
    expect(planner.page.get_by_label("Alternative text")).to_be_visible()

    assert [item["status"] for item in media(planner)].count("ready") == 1

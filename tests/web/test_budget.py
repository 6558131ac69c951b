"""The size and the number of the files that a browser loads for the first view."""

import gzip

from playwright.sync_api import Response, expect

from tests.support.planner import Planner

MAX_GZIPPED_BYTES = 220_000
MAX_FILES = 8
"""Each file is an invocation of a function, and a browser requests most of the files at the same time."""


def test_first_view_loads_little_script_in_few_files(planner: Planner) -> None:
    files: list[Response] = []
    planner.page.on("response", lambda each: files.append(each) if each.url.startswith(planner.address) else None)
    planner.sign_in()

    planner.open()
    expect(planner.page.get_by_role("grid")).to_be_visible()
    planner.page.wait_for_load_state("networkidle")

    sizes = {each.url: len(gzip.compress(each.body())) for each in files if each.url.endswith(".js")}
    assert 1 < len(sizes) < len(files) <= MAX_FILES
    assert sum(sizes.values()) <= MAX_GZIPPED_BYTES

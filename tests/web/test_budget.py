"""The size of the files that a browser loads for the first view."""

import gzip

from playwright.sync_api import Response, expect

from tests.support.planner import Planner

MAX_GZIPPED_BYTES = 220_000


def test_first_view_loads_little_script(planner: Planner) -> None:
    scripts: list[Response] = []
    planner.page.on("response", lambda each: scripts.append(each) if each.url.endswith(".js") else None)
    planner.sign_in()

    planner.open()
    expect(planner.page.get_by_role("grid")).to_be_visible()
    planner.page.wait_for_load_state("networkidle")

    sizes = {each.url: len(gzip.compress(each.body())) for each in scripts}
    assert len(sizes) > 1
    assert sum(sizes.values()) <= MAX_GZIPPED_BYTES

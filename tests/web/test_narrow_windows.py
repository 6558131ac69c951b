"""The calendar in the windows between a phone and a laptop."""

from datetime import timedelta

from tests.support.cut_parts import cut_parts
from tests.support.local_time import local, tomorrow
from tests.support.planner import Planner


def test_posts_of_the_calendar_are_whole_in_every_window(planner: Planner) -> None:
    planner.connect()
    platforms = ["bluesky", "mastodon", "x"]
    for time in (tomorrow(1), tomorrow(1, 10), tomorrow(9), tomorrow(10), tomorrow(10, 5)):
        planner.create(platforms=platforms, scheduledAt=time)
    past = planner.create(platforms=platforms, scheduledAt=tomorrow(11))
    day = local(tomorrow(9))
    before = day - timedelta(days=14)
    planner.set_time(past["id"], before)
    planner.sign_in()

    cut = {}
    for path in (f"/?day={day:%Y-%m-%d}", f"/?view=week&day={day:%Y-%m-%d}", f"/?day={before:%Y-%m-%d}"):
        planner.open(path)
        planner.page.locator("[data-post]").first.wait_for()
        for width in (710, 768, 900, 1024, 1280):
            planner.page.set_viewport_size({"width": width, "height": 900})
            cut[path, width] = cut_parts(planner.page)

    assert {each: found for each, found in cut.items() if found} == {}

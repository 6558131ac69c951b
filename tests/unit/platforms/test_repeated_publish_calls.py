"""A repeated publish call that is refused because an earlier one succeeded: the post is published, not failed."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.port import Account, Adapter, Content, InDoubt, NotPublished, Published, Rejected
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia

REFUSED = httpx.Response(400, json={"error": {"code": 100, "message": "(#100) Invalid parameter"}})
IMAGE, VIDEO = Content("Hi", ("https://ex.am/a.jpg",)), Content("A film.", ("https://ex.am/a.mp4",))


class SlowPlatform:
    """A platform whose first publish call loses its connection, and may succeed a little later."""

    def __init__(self, last_step: str, states: tuple[Any, Any], *, succeeds: bool) -> None:
        self._last_step, self._states, self._succeeds = last_step, states, succeeds
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = request.read().decode(errors="replace")
        if request.method == "GET":
            out = self._succeeds and self.calls > 1
            shown = self._states[out] if request.url.path.endswith("/17") else {"data": []}
            return httpx.Response(200, json=shown)
        if self._last_step in request.url.path + body:
            self.calls += 1
            if self.calls == 1:
                raise httpx.ReadTimeout("slow", request=request)
            return httpx.Response(REFUSED.status_code, content=REFUSED.content)
        begun = {"id": "17", "video_id": "17", "upload_session_id": "8", "start_offset": "0", "end_offset": "0"}
        return httpx.Response(200, json=begun)


def video_status(*, out: bool) -> dict[str, Any]:
    phases = {"uploading_phase": "complete", "processing_phase": "not_started"}
    phases["publishing_phase"] = "complete" if out else "not_started"
    status = {name: {"status": state} for name, state in phases.items()}
    return {"status": {"video_status": "ready" if out else "upload_complete", **status}}


CASES = [
    ("instagram", IMAGE, "media_publish", ({"status_code": "FINISHED"}, {"status_code": "PUBLISHED"})),
    ("threads", IMAGE, "threads_publish", ({"status": "FINISHED"}, {"status": "PUBLISHED"})),
    ("facebook", VIDEO, "upload_phase=finish", (video_status(out=False), video_status(out=True))),
]


def test_refused_video_that_is_still_processing_is_permanent() -> None:
    busy = video_status(out=False)
    busy["status"] |= {"video_status": "processing", "processing_phase": {"status": "in_progress"}}
    slow = SlowPlatform("upload_phase=finish", (busy, busy), succeeds=False)
    slow.calls = 1  # no connection is lost
    adapter: Adapter = load_attribute("facebook", "adapter", "adapter")(
        httpx.Client(transport=httpx.MockTransport(slow)), FakeMedia()
    )
    account = Account("c1", "facebook", "1", "@demo", "", {"access_token": "t"})

    with pytest.raises(Rejected):
        adapter.publish(VIDEO, account, FakeAttempt())


@pytest.mark.parametrize(("platform", "content", "last_step", "states"), CASES)
@pytest.mark.parametrize("succeeds", [True, False])
def test_refused_repeat_is_permanent_only_if_the_post_is_not_public(
    platform: str, content: Content, last_step: str, states: tuple[Any, Any], succeeds: bool
) -> None:
    transport = httpx.MockTransport(SlowPlatform(last_step, states, succeeds=succeeds))
    more: dict[str, Any] = {} if platform == "facebook" else {"sleep": lambda _: None}
    adapter: Adapter = load_attribute(platform, "adapter", "adapter")(
        httpx.Client(transport=transport), FakeMedia(), **more
    )
    account = Account("c1", platform, "1", "@demo", "", {"access_token": "t"})
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    assert adapter.reconcile(content, account, first.again(seconds=65)) == NotPublished()
    second = FakeAttempt(checkpoint=first.checkpoint, now=first.now() + timedelta(seconds=70))

    with pytest.raises(InDoubt if succeeds else Rejected):
        adapter.publish(content, account, second)

    if succeeds:
        assert isinstance(adapter.reconcile(content, account, second.again(minutes=3)), Published)

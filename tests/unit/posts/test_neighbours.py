"""The warnings about posts that are close to another post."""

import pytest

from minutehand.posts.neighbours import notices


@pytest.mark.parametrize(("spacing", "words"), [(1, "1 minute"), (15, "15 minutes")], ids=["one", "several"])
def test_warning_names_the_spacing(spacing: int, words: str) -> None:
    neighbour = {
        "code": "close_to_another",
        "postId": "4dd214b3-1f5c-4f6b-9d0a-0d3c1a5b6e7f",
        "scheduledAt": "2026-05-04T09:30:00+00:00",
        "platform": "bluesky",
        "spacing": spacing,
    }
    [notice] = notices([neighbour])
    assert notice.message.endswith(f"is less than {words} (spacingMinutes in the settings).")


@pytest.mark.parametrize(("code", "field"), [("same_content", "content"), ("close_to_another", "scheduledAt")])
def test_warning_contains_the_id_and_the_time_of_the_other_post(code: str, field: str) -> None:
    neighbour = {
        "code": code,
        "postId": "4dd214b3-1f5c-4f6b-9d0a-0d3c1a5b6e7f",
        "scheduledAt": "2026-05-04T11:30:00+02:00",
        "platform": "bluesky",
        "spacing": 15,
    }
    [notice] = notices([neighbour])
    shown = notice.rendered()
    assert (shown["code"], shown["field"]) == (code, field)
    assert shown["otherPost"] == {
        "postId": "4dd214b3-1f5c-4f6b-9d0a-0d3c1a5b6e7f",
        "scheduledAt": "2026-05-04T09:30:00.000Z",
    }

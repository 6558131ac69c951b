"""The state of a job, from its post and its publications."""

import pytest

from minutehand.queue.job_state import job_state


@pytest.mark.parametrize(
    ("status", "publications", "state"),
    [
        ("scheduled", set(), "delayed"),
        ("scheduled", {"published", "failed"}, "delayed"),
        ("queued", {"queued"}, "waiting"),
        ("queued", {"queued", "failed"}, "waiting"),
        ("queued", {"queued", "publishing", "failed"}, "active"),
        ("queued", {"processing", "held"}, "active"),
        ("queued", {"held", "queued"}, "waiting"),
        ("queued", {"held", "waiting", "published"}, "held"),
        ("queued", {"waiting", "published"}, "waiting"),
        ("published", {"published"}, "completed"),
        ("archived", {"published"}, "completed"),
        ("archived", {"published", "failed"}, "failed"),
        ("archived", {"published", "cancelled"}, "completed"),
        ("archived", {"cancelled"}, "failed"),
        ("failed", {"published", "failed", "cancelled"}, "failed"),
        ("failed", {"cancelled"}, "failed"),
        ("failed", {"published", "failed", "unknown"}, "unknown"),
    ],
)
def test_job_state_follows_from_the_post_and_its_publications(status: str, publications: set[str], state: str) -> None:
    assert job_state(status, publications) == state

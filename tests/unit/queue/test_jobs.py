"""The state of a job, from the states of its publications."""

import pytest

from minutehand.queue.jobs import job_state


@pytest.mark.parametrize(
    ("publications", "state"),
    [
        (set(), "delayed"),
        ({"queued"}, "waiting"),
        ({"held"}, "waiting"),
        ({"queued", "published"}, "waiting"),
        ({"queued", "failed"}, "waiting"),
        ({"publishing"}, "active"),
        ({"processing"}, "active"),
        ({"publishing", "queued", "failed"}, "active"),
        ({"published"}, "completed"),
        ({"failed"}, "failed"),
        ({"published", "failed"}, "failed"),
        ({"published", "unknown"}, "failed"),
        ({"published", "cancelled"}, "failed"),
        ({"cancelled"}, "failed"),
    ],
)
def test_job_state_follows_from_its_publications(publications: set[str], state: str) -> None:
    assert job_state(publications) == state

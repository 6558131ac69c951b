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
def test_the_state_of_a_job(publications: set[str], state: str) -> None:
    assert job_state(publications) == state

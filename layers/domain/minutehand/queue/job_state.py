"""The state of a job, defined once for every call that shows a job. docs/api.md explains the states."""

from collections.abc import Set as AbstractSet
from typing import Literal

type JobState = Literal["waiting", "delayed", "active", "completed", "failed", "unknown", "held"]
"""The states of a job: five states of the Node.js library Bull, and two more, ``held`` and ``unknown``."""


def job_state(post_status: str, publication_states: AbstractSet[str]) -> JobState:
    """Return the state of a job from the status of its post and the states of its publications.

    ``publication_states`` are those of the job's own publications, and of publications of earlier jobs that are
    published or unknown. The lists and counts of jobs in `minutehand.operations` select the same jobs in SQL.
    """
    match post_status:
        case "scheduled":
            return "delayed"
        case "published":
            return "completed"
        case "archived":
            return "completed" if "published" in publication_states <= {"published", "cancelled"} else "failed"
        case "failed":
            return "unknown" if "unknown" in publication_states else "failed"
    if publication_states & {"publishing", "processing"}:
        return "active"
    return "held" if "held" in publication_states and "queued" not in publication_states else "waiting"

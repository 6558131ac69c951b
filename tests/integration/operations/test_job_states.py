"""The state of a job is the same in every call that shows the job, from its scheduling to its end."""

from itertools import chain, combinations
from uuid import UUID, uuid4

import pytest

from minutehand.operations import jobs
from minutehand.operations.statistics import queue_statistics
from minutehand.posts import scheduling
from minutehand.queue.job_state import JobState
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.faults import Boundaries
from tests.support.jobs import make_job
from tests.support.world import World

STATES: tuple[JobState, ...] = JobState.__value__.__args__
ADA = Identity("ada", "ada")
DECISIVE = ("queued", "publishing", "processing", "held")
"""The states of publications that decide the state of a job that is queued."""
ENDED = ("published", "failed", "unknown", "cancelled", "waiting")
MIXES = [
    (*open_states, *others)
    for open_states in chain.from_iterable(combinations(DECISIVE, size) for size in range(1, len(DECISIVE) + 1))
    for others in [(), *((state,) for state in ENDED), ENDED]
]
ADD_PART = Query(
    "add_part",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, part, state, due_at, next_attempt_at, queued_at,
                                 lease_token, lease_until, published_at, failure_code, failure_reason)
       SELECT id, job_id, owner_id, 'bluesky', %(part)s, %(state)s, scheduled_at, scheduled_at, scheduled_at,
              gen_random_uuid(), scheduled_at, scheduled_at, 'broken', 'It broke.'
       FROM social_posts WHERE id = %(post)s""",
)
REMOVE_PARTS = Query("remove_parts", "DELETE FROM publications")
ARCHIVE = Query("archive", "UPDATE social_posts SET status = 'archived'")


def shown(world: World, post: UUID) -> set[str]:
    """Return the states that all calls show for the job of the only post: one state if they agree."""
    job_id, now = world.row(post)["job_id"], world.clock.now()
    states = {str(jobs.find(world.db, "ada", job_id, now=now, attempts=3)["job"]["state"])}
    for state in STATES:
        page = jobs.page(world.db, "ada", state, cursor=None, take=10, now=now, attempts=3)
        states |= {state for _ in page["jobs"]} | {job["state"] for job in page["jobs"]}
    states |= {state for state, count in queue_statistics(world.db, "ada", now=now)["counts"].items() if count}
    if world.status(post) in ("scheduled", "queued"):
        job = scheduling.schedule(world.db, ADA, post, config=world.config, now=now)["job"]
        assert job["id"] == str(job_id)
        states.add(job["state"])
    return states


def test_calls_show_the_same_state_for_every_mix_of_publications(world: World) -> None:
    post = make_job(world.db, "waiting")
    disagreeing = {}
    for mix in MIXES:
        world.db.fetch(REMOVE_PARTS)
        for part, state in enumerate(mix, start=1):
            world.db.fetch(ADD_PART, post=post, part=part, state=state)
        if len(states := shown(world, post)) > 1:
            disagreeing[mix] = states

    assert disagreeing == {}


@pytest.mark.parametrize(
    ("outcome", "state"), [("land", "completed"), ("rejected", "failed"), ("land_then_drop", "unknown")]
)
def test_calls_show_the_same_state_of_a_job_through_its_life(world: World, outcome: str, state: str) -> None:
    post = world.post(ahead=3_600)
    world.schedule(post)
    assert shown(world, post) == {"delayed"}

    world.clock.advance(seconds=3_550)
    world.tick()
    assert shown(world, post) == {"waiting"}

    world.pause("all")
    assert shown(world, post) == {"held"}
    world.resume("all")
    assert shown(world, post) == {"waiting"}

    during: list[set[str]] = []
    world.platform.can_tell = False
    world.platform.script = [outcome]
    world.clock.advance(seconds=50)
    world.deliver(Boundaries("before publish call", lambda: during.append(shown(world, post))))
    assert during == [{"active"}]

    world.run(minutes=10)
    assert shown(world, post) == {state}


def test_calls_show_the_same_state_of_a_retried_job(world: World) -> None:
    post = world.post(platforms=["bluesky", "mastodon"], ahead=0)
    world.platform.can_tell = False
    world.platform.script = ["rejected", "land_then_drop"]
    world.schedule(post)
    world.run(minutes=10)
    assert shown(world, post) == {"unknown"}

    retried = scheduling.retry(world.db, ADA, post, [], config=world.config, now=world.clock.now())["job"]
    assert {retried["state"]} == shown(world, post) == {"waiting"}

    world.run(minutes=10)
    assert shown(world, post) == {"unknown"}


def test_calls_show_the_same_state_of_a_job_that_fails_when_it_is_scheduled(world: World) -> None:
    post = world.post(platforms=["mastodon"], connection_ids=[uuid4()], connection_platforms=["mastodon"], ahead=0)

    job = world.schedule(post)

    assert {job.state} == shown(world, post) == {"failed"}


@pytest.mark.parametrize("state", ["completed", "failed"])
def test_job_of_an_archived_post_keeps_its_state_and_is_in_no_list(world: World, state: JobState) -> None:
    post = make_job(world.db, state)
    world.db.fetch(ARCHIVE)

    assert shown(world, post) == {state}
    listed = jobs.page(world.db, "ada", state, cursor=None, take=10, now=world.clock.now(), attempts=3)
    assert listed["jobs"] == []

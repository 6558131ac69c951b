"""The simulated year of the benchmarks, which calls statements of the publisher directly."""

from itertools import islice

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.year import DAYS, Year

COUNTS = Query(
    "counts",
    """SELECT (SELECT count(*) FROM social_posts WHERE status = 'published') AS posts,
              (SELECT count(*) FROM publications WHERE state = 'published' AND remote_id IS NOT NULL) AS publications,
              (SELECT count(*) FROM publication_attempts) AS attempts,
              (SELECT string_agg(DISTINCT type, ' ' ORDER BY type) FROM events) AS events,
              (SELECT max(published_at - due_at) <= interval '1 day' FROM publications) AS within_a_day""",
)


def test_posts_of_each_day_are_published_with_the_real_statements(db: Database) -> None:
    year = Year(db, 3 * DAYS)

    days = list(islice(year.days(), 2))
    year.archive()

    [counts] = db.fetch(COUNTS)
    assert (days, year.published) == ([0, 1], 6)
    assert counts == {
        "posts": 6,
        "publications": 6,
        "attempts": 12,
        "events": "post.created post.published post.queued publication.published",
        "within_a_day": True,
    }

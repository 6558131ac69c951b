"""The posts that tests and benchmarks insert together are like those that are created one by one."""

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support import bulk_posts
from tests.support.clock import START

WORDS = Query("words", "SELECT * FROM post_words ORDER BY post_id")
CHANGE = Query("change", "UPDATE social_posts SET content = content || ' again'")
RESTORE = Query("restore", "UPDATE social_posts SET content = replace(content, ' again', '')")


def test_words_of_posts_that_are_inserted_together_are_those_of_the_trigger(db: Database) -> None:
    bulk_posts.insert(db, 120, queued=10, now=START)
    words = db.fetch(WORDS)
    for change in (CHANGE, RESTORE):
        db.fetch(change)

    assert len(words) == 120
    assert db.fetch(WORDS) == words

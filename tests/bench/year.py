"""Publishes a year of posts quickly, with the row changes of the real calls.

Real: the claim and its messages, the statements of the publisher (lease, arm, record), and the archiver every day, each
with the time of its day. Simulated: one statement creates the posts of a day, as `posts/create` would; there is no
platform; and a publisher handles 500 publications at a time instead of 10, so a year has fewer commits than a real one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any, cast
from uuid import UUID, uuid4

from minutehand.events.pruning import prune_history
from minutehand.link_cards.pruning import prune_cards
from minutehand.posts.archive import archive_older
from minutehand.publishing.ledger import Ledger
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.claim import claim_due
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.publishers import LEAD
from tests.support.clock import FakeClock

DAYS = 365
DAY = timedelta(days=1)
OWNERS = 100
KEPT_DAYS = 90
"""The defaults of ArchiveAfterDays and EventDays."""
BATCH = 500
_POLICY = Policy("sandbox", window=2 * DAY)

_CREATE = Query(
    "create",
    """WITH created AS (
           INSERT INTO social_posts (content, platforms, status, scheduled_at, campaign, owner_id, created_by,
                                     created_at, updated_at)
           SELECT format('Word%%s word%%s word%%s word%%s: the kiln is warm, and the shop opens at nine. See you '
                         'there! Number %%s of word%%s and word%%s. #word%%s #word%%s',
                         n * 7 %% 2003, n * 11 %% 1999, n * 13 %% 1997, n * 17 %% 1993, n, n * 19 %% 1987,
                         n * 23 %% 1979, n * 29 %% 97, n * 31 %% 89),
                  '{bluesky}', 'scheduled', %(day)s::timestamptz + (n - %(first)s) * %(spacing)s::interval,
                  CASE WHEN n %% 10 = 0 THEN 'spring' END,
                  'owner-' || n %% %(owners)s, 'author', %(day)s::timestamptz, %(day)s::timestamptz
           FROM generate_series(%(first)s::integer, %(first)s::integer + %(count)s - 1) AS n
           RETURNING id, owner_id, status, scheduled_at, created_at
       )
       INSERT INTO events (post_id, owner_id, actor, type, data, at)
       SELECT id, owner_id, 'author', 'post.created',
              jsonb_build_object('status', status, 'scheduledAt', scheduled_at), created_at
       FROM created""",
)


class Year:
    """The year that ends now. ``posts``: the posts of the whole year."""

    def __init__(self, db: Database, posts: int) -> None:
        self._db = db
        self._sqs = AcceptingSqs()
        self._per_day = posts // DAYS
        self._clock = FakeClock(datetime.now(UTC).replace(microsecond=0) - DAYS * DAY)
        self.published = 0

    def days(self) -> Iterator[int]:
        """Publish the posts of one day after another, and yield the number of each day."""
        for number in range(DAYS):
            self._publish_day()
            yield number

    def archive(self) -> None:
        """Archive and delete, as the archiver does at the end of the day."""
        deadline = self._clock.now() + DAY
        archiver = Actor("archiver")
        archive_older(self._db, self._clock, owner_id=None, days_old=KEPT_DAYS, actor=archiver, deadline=deadline)
        prune_history(self._db, self._clock, days=KEPT_DAYS, deadline=deadline)
        prune_cards(self._db, self._clock, deadline=deadline)

    def _publish_day(self) -> None:
        day, count = self._clock.now(), self._per_day
        spacing = DAY / (count + 1)
        self._db.fetch(_CREATE, day=day, first=self.published, count=count, spacing=spacing, owners=OWNERS)
        self._claim(day)
        self._clock.sleep_until(day + DAY)
        for ids in batched(self._sqs.publication_ids, BATCH, strict=False):
            self._publish(ids)
        self._sqs.publication_ids.clear()
        self.published += count

    def _claim(self, day: datetime) -> None:
        outbox = Outbox(cast("Any", self._sqs), "queue", lead=LEAD)
        more = True
        with self._db.after_commit(lambda publications: outbox.dispatch(self._db, publications, day)):
            while more:
                more = claim_due(self._db, now=day, until=day + DAY, policy=_POLICY).more

    def _publish(self, ids: tuple[UUID, ...]) -> None:
        now = self._clock.now()
        ledger = Ledger(self._db, self._clock, uuid4())
        work = ledger.lease(ids, now=now, soon=now, until=now + timedelta(minutes=2))
        # One thread for the whole batch: the statements that threads of a publisher share.
        armed = ledger._arm([(each.id, {}) for each in work])
        outcomes = [(each, _published(each)) for each in work]
        recorded = ledger._record(outcomes)
        if not (len(ids) == len(work) == sum(armed) == sum(recorded)):
            raise RuntimeError(f"Of {len(ids)} publications, {sum(recorded)} were published: the figures are invalid.")


def _published(work: Work) -> Outcome:
    remote_id = f"at://did:plc:account/app.bsky.feed.post/{work.id.hex[:13]}"
    permalink = f"https://bsky.app/profile/shop.example/post/{work.id.hex[:13]}"
    return Outcome("published", "published", 1, armed=True, remote_id=remote_id, permalink=permalink)

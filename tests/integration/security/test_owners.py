"""Each statement names the owner of the rows that it reads or changes, or is known to serve all owners."""

import pytest

from tests.support.ownership import UNOWNED, Schema, reach, read_schema
from tests.support.postgres import Databases
from tests.support.statements import fragments, statements

STATEMENTS = statements()
PUBLISHER = "the publisher works on the publications that its messages name, under its lease"
FAIRNESS = "the publisher chooses fairly among the publications of all owners"
TICK = "the tick works on the posts and publications of all owners"
QUEUED = "the caller has just queued or locked these rows, in the same transaction"
MAINTENANCE = "the maintenance of tokens and keys works through the rows of all owners"
ARCHIVER = "the archiver works through the rows of all owners"
BROWSER = "a browser that confirms an authorization has no identity; the state determines the owner"
LINK = "a person without a login has no identity; the secret of the link determines the owner"
SHARED = "another owner may have connected the same account; the owner learns only that"
OPERATOR = "only operators call it, or see what it counts"
HASH = "the authorizer identifies the caller by the hash of the secret, and the token determines the owner"
FEED = "a calendar program has no identity; the hash of the secret determines the owner"
COLLECTOR = "the collector of metrics works on the publications and connections of all owners"
DEAD_LETTERS = "dead letters name their publications, which belong to several owners"
ALL_OWNERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "oauth.confirm_authorization": (BROWSER, ("oauth_states",)),
    **dict.fromkeys(("oauth.find_link", "oauth.count_attempt", "oauth.use_link"), (LINK, ("connect_links",))),
    "oauth.delete_expired_authorizations": (MAINTENANCE, ("oauth_states",)),
    "link_cards.prune_cards": (ARCHIVER, ("link_cards",)),
    "oauth.delete_expired_links": (MAINTENANCE, ("connect_links",)),
    "oauth.delete_unused_clients": (MAINTENANCE, ("oauth_clients",)),
    "oauth.lock_due_token": (MAINTENANCE, ("token",)),
    "oauth.note_expiring": (MAINTENANCE, ("token",)),
    "connections.shared_access": (SHARED, ("other",)),
    # A platform may revoke the tokens of several owners together.
    "oauth.lock_due_revocation": (MAINTENANCE, ("connection", "revocation", "token")),
    "operations.dead_lettered": (OPERATOR, ("publication",)),
    "operations.redrive": (OPERATOR, ("publications",)),
    "operations.status_counts": (OPERATOR, ("social_posts",)),
    "feeds.find_owner": (FEED, ("calendar_feeds",)),
    "tokens.use_token": (HASH, ("api_tokens",)),
    "publishing.lease": (PUBLISHER, ("publications",)),
    "publishing.list_due": (FAIRNESS, ("publications",)),
    "publishing.not_leased": (PUBLISHER, ("publications",)),
    # The post that was found on the platform may belong to a publication of another owner.
    "publishing.ownership": (PUBLISHER, ("here", "mine", "other", "there")),
    "publishing.may_send": (PUBLISHER, ("publications",)),
    "publishing.save": (PUBLISHER, ("publications",)),
    "publishing.arm": (PUBLISHER, ("publications",)),
    "publishing.record": (PUBLISHER, ("publication", "publications", "social_posts")),
    "queue.requeue_lost": (TICK, ("publications",)),
    "queue.release_held": (TICK, ("publication",)),
    "queue.overdue": (TICK, ("publications", "social_posts")),
    "queue.list_slots": (QUEUED, ("publications",)),
    "queue.assign_slots": (QUEUED, ("publications",)),
    "queue.mark_sent": (QUEUED, ("publications",)),
    "queue.lock_posts": (QUEUED, ("social_posts",)),
    "queue.finish_posts": (QUEUED, ("social_posts",)),
    "queue.release_parts": (QUEUED, ("publications",)),
    "runtime.prune_idempotency_keys": (MAINTENANCE, ("idempotency_keys",)),
    "runtime.prune_request_counts": (MAINTENANCE, ("request_counts",)),
    "queue.posts_of": (DEAD_LETTERS, ("publications",)),
    "queue.lock_dead_lettered": (DEAD_LETTERS, ("publications",)),
    "queue.resend": (DEAD_LETTERS, ("publications",)),
    "queue.give_up": (DEAD_LETTERS, ("publications",)),
    "queue.hold_paused": (OPERATOR, ("publication",)),
    "analytics.claim_publications": (COLLECTOR, ("publication_metrics",)),
    "analytics.claim_followers": (COLLECTOR, ("follower_readings",)),
    **dict.fromkeys(("analytics.save", "analytics.postpone"), (COLLECTOR, ("metrics",))),
    "analytics.save_followers": (COLLECTOR, ("present",)),
    "analytics.note_problems": (COLLECTOR, ("connection", "metric_problems")),
    "analytics.prune_metrics": (COLLECTOR, ("publication_metrics",)),
    "analytics.prune_followers": (COLLECTOR, ("follower_counts",)),
}
"""The statements that serve all owners: the reason, and the tables, by alias, whose rows may belong to any owner."""
ONE_OR_ALL = {
    # An operator may view and control the jobs of all owners; see minutehand.operations.visibility.
    *(name for name in STATEMENTS if name.startswith("operations.jobs_")),
    *(f"operations.{name}" for name in ("clear_failed", "job", "job_counts", "job_publications", "kept_unknown")),
    "operations.oldest_due",
    *("queue.list_pauses", "queue.count_planned"),  # an operator pauses the posts of all owners
    "posts.archive_older",  # the archiver archives the posts of all owners
    "queue.claim_due",  # the tick claims the posts of all owners
    "oauth.claim_authorization",  # a redirected browser has no identity; the state determines the owner
    "oauth.find_authorization",
}
"""The statements whose callers may leave out the owner."""


@pytest.fixture(scope="module")
def schema(databases: Databases) -> Schema:
    with databases.lend() as url:
        return read_schema(url)


def roots(name: str) -> tuple[str, ...]:
    return ALL_OWNERS[name][1] if name in ALL_OWNERS else ()


def test_every_table_has_owners_or_is_known_to_have_none(schema: Schema) -> None:
    unowned = {table for table in schema.tables if not schema.is_owned(table)}

    assert unowned == set(UNOWNED)


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_names_the_owner_of_every_row(name: str, schema: Schema) -> None:
    assert reach(STATEMENTS[name].text, schema, roots=roots(name)).unbound == frozenset()


@pytest.mark.parametrize("name", ALL_OWNERS)
def test_statement_for_all_owners_needs_its_exceptions(name: str, schema: Schema) -> None:
    reason, aliases = ALL_OWNERS[name]

    assert reason
    for alias in aliases:
        others = [each for each in aliases if each != alias]
        assert reach(STATEMENTS[name].text, schema, roots=others).unbound != frozenset()


def test_only_known_statements_work_without_an_owner(schema: Schema) -> None:
    optional = {name for name, query in STATEMENTS.items() if reach(query.text, schema, roots=roots(name)).optional}

    assert optional == ONE_OR_ALL


def test_statement_without_one_of_its_owner_conditions_is_refused(schema: Schema) -> None:
    """Leave out each condition in turn. A fragment may repeat what one of its statements already ensures."""
    needed: set[str] = set()
    repeated: set[str] = set()
    for name, query in STATEMENTS.items():
        for position, line in reach(query.text, schema, roots=roots(name)).conditions.items():
            left = reach(query.text, schema, roots=roots(name), without=position)
            (needed if left.unbound else repeated).add(line)

    assert len(needed) > 50
    assert repeated <= {line.strip() for line in fragments().splitlines()} & needed


@pytest.mark.parametrize(
    ("statement", "unbound"),
    [
        ("SELECT FROM social_posts WHERE id = %(id)s", {"social_posts"}),
        ("SELECT FROM social_posts WHERE id = %(id)s AND owner_id = %(owner_id)s", set()),
        ("SELECT FROM social_posts WHERE owner_id = %(actor)s", {"social_posts"}),
        ("SELECT FROM social_posts WHERE id = %(id)s OR owner_id = %(owner_id)s", {"social_posts"}),
        ("SELECT FROM social_posts WHERE NOT owner_id = %(owner_id)s", {"social_posts"}),
        ("SELECT FROM social_posts WHERE owner_id = owner_id", {"social_posts"}),
        (
            """SELECT FROM social_posts AS post JOIN publications AS publication ON publication.post_id = post.id
               WHERE post.owner_id = %(owner_id)s""",
            set(),
        ),
        (
            """SELECT FROM social_posts AS post LEFT JOIN media ON post.owner_id = %(owner_id)s""",
            {"post", "media"},
        ),
        (
            """SELECT FROM publications AS publication
               JOIN social_connections AS connection ON connection.id = publication.connection_id
               WHERE publication.owner_id = %(owner_id)s""",
            {"connection"},
        ),
        ("SELECT EXISTS (SELECT FROM media WHERE id = %(id)s)", {"media"}),
        ("WITH due AS (SELECT id FROM media) DELETE FROM media AS item USING due WHERE item.id = due.id", {"media"}),
        ("UPDATE media SET status = 'ready' WHERE id = %(id)s", {"media"}),
        ("INSERT INTO media (id, owner_id) VALUES (%(id)s, %(owner_id)s)", set()),
        ("INSERT INTO media (id, owner_id) VALUES (%(id)s, %(actor)s)", {"media"}),
        ("INSERT INTO media (id) VALUES (%(id)s)", {"media"}),
        ("INSERT INTO post_metrics (publication_id) VALUES (%(id)s)", {"post_metrics"}),
    ],
)
def test_row_of_another_owner_is_noticed(statement: str, unbound: set[str], schema: Schema) -> None:
    assert reach(statement, schema).unbound == unbound

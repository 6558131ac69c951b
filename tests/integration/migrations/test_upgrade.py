"""Upgrade a database that the release before filled: its posts go out, each once, and nothing is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from alembic.script import Script, ScriptDirectory
from psycopg import sql

from minutehand.migrations import migrate
from minutehand.migrations.revisions import newest_revision
from minutehand.migrations.roles import PRIVILEGES, grant, role_name
from minutehand.operations import ticks
from minutehand.queue.tick import TickReport
from minutehand.runtime.sql import Query
from tests.support import postgres
from tests.support.clock import FakeClock
from tests.support.platform import Landed
from tests.support.world import World

FILLED = Path(__file__).with_name("filled_at_0004.sql").read_text(encoding="utf-8")
"""Posts, publications, attempts and events in every state, and threads of which some parts are published."""
RELEASE = "0006"
"""The newest revision of the release after that."""
STOPPED_AT = datetime(2026, 3, 2, 9, 7, 21, tzinfo=UTC)
LOST = "In doubt, not there"
"""The one post whose publish call began and did not reach its platform."""

COUNTS = """
    SELECT (SELECT count(*) FROM social_posts), (SELECT count(*) FROM publications),
           (SELECT count(*) FROM publication_attempts), (SELECT count(*) FROM post_events)
"""


@pytest.fixture
def filled(own_database_url: str) -> str:
    migrate.downgrade(own_database_url, "0004")
    with psycopg.connect(own_database_url) as connection:
        connection.execute(FILLED)
    return own_database_url


@pytest.fixture
def world(filled: str) -> Iterator[World]:
    """The release of today on that database, and the platform as the release before left it."""
    world = World(filled, FakeClock(STOPPED_AT))
    world.open_token = lambda ciphertext, connection_id, owner_id: {}
    yield world
    world.close()


def _deploy(url: str) -> None:
    """Upgrade the database and grant its roles their privileges, as the migrator does.

    The groups of the template, with which processes of a `World` connect, get the privileges of the new roles.
    """
    migrate.upgrade(url)
    assert grant(url) == []
    with psycopg.connect(url) as connection:
        [(database,)] = connection.execute("SELECT current_database()").fetchall()
        for group in PRIVILEGES:
            own, acting = (sql.Identifier(role_name(name, group)) for name in (database, postgres.TEMPLATE))
            connection.execute(sql.SQL("GRANT {} TO {}").format(own, acting))


def _rows(url: str, statement: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def _scripts() -> list[Script]:
    return list(ScriptDirectory(str(Path(migrate.__file__).parent)).walk_revisions())


def _landed(url: str) -> list[Landed]:
    """Return the publications that reached the platform before the upgrade: the published ones, and calls in doubt
    except one.
    """
    rows = _rows(
        url,
        f"""SELECT publication.id, post.content, publication.armed_at
            FROM publications AS publication JOIN social_posts AS post ON post.id = publication.post_id
            WHERE publication.armed_at IS NOT NULL AND post.content <> '{LOST}'""",
    )
    return [Landed(str(publication), content, at, None, "") for publication, content, at in rows]


def test_every_state_is_in_the_database_of_the_release_before(filled: str) -> None:
    posts = {row[0] for row in _rows(filled, "SELECT DISTINCT status FROM social_posts")}
    publications = {row[0] for row in _rows(filled, "SELECT DISTINCT state FROM publications")}
    assert posts == {"draft", "scheduled", "queued", "published", "failed", "archived"}
    assert publications == {
        *("queued", "waiting", "publishing", "processing", "published", "failed", "unknown", "cancelled", "held")
    }
    assert _rows(filled, "SELECT count(*) FROM publications WHERE inquiries > 0") == [(1,)]


def test_upgrade_keeps_every_row_and_numbers_parts_from_one(filled: str) -> None:
    counts = _rows(filled, COUNTS)
    before = _rows(filled, "SELECT id, segment + 1, inquiries FROM publications ORDER BY id")

    assert migrate.upgrade(filled, RELEASE) == "0005"

    assert _rows(filled, COUNTS) == counts
    assert _rows(filled, "SELECT id, part, reconciliations FROM publications ORDER BY id") == before
    assert {part for _, part, _ in before} == {1, 2, 3, 4}


def test_posts_under_way_go_out_once_after_an_upgrade(world: World) -> None:
    world.platform.landed = _landed(world.url)
    _deploy(world.url)

    world.run(minutes=20)
    world.resume("campaign", "spring")
    world.run(hours=4)

    ends = {post: (status, states) for post, status, states in _rows(world.url, ENDS)}
    assert ends == {
        "Published": ("published", ["published", "published"]),
        "Archived": ("archived", ["published"]),
        "Failed": ("failed", ["failed"]),
        "Unknown": ("failed", ["unknown"]),
        "Partly 1": ("failed", ["published", "failed", "failed"]),
        "Draft": ("draft", None),
        "Pending": ("scheduled", None),
        "Cancelled": ("draft", ["cancelled"]),
        "Scheduled for later": ("published", ["published", "published"]),
        "Held": ("published", ["published"]),
        "Half out 1": ("published", ["published"] * 3),
        "Half out again 1": ("published", ["published"] * 4),
        LOST: ("published", ["published"]),
        "In doubt, without an answer": ("published", ["published"]),
        "Leased": ("published", ["published"]),
        "Processing": ("published", ["published"]),
        "Queued": ("published", ["published", "published"]),
        "Tried once": ("published", ["published"]),
    }
    assert set(world.platform.times_landed().values()) == {1}
    out = {str(row["id"]) for row in world.publications() if row["state"] in ("published", "unknown")}
    assert set(world.platform.times_landed()) == out
    followed = [landed for landed in world.platform.landed if landed.text.endswith((" 2", " 3", " 4"))]
    assert all(landed.reply_to for landed in followed if landed.at > STOPPED_AT)


ENDS = """
    SELECT post.content, post.status, array_agg(publication.state ORDER BY publication.part)
                                          FILTER (WHERE publication.id IS NOT NULL)
    FROM social_posts AS post LEFT JOIN publications AS publication ON publication.post_id = post.id
    GROUP BY post.id
"""


def test_failed_thread_of_the_release_before_sends_only_its_missing_parts_on_retry(world: World) -> None:
    world.platform.landed = _landed(world.url)
    _deploy(world.url)
    [(partly,)] = _rows(world.url, "SELECT id FROM social_posts WHERE content = 'Partly 1'")

    world.retry(partly)
    world.run(minutes=2)

    assert world.status(partly) == "published"
    assert [landed.text for landed in world.platform.landed if landed.text.startswith("Partly ")] == [
        "Partly 1",
        "Partly 2",
        "Partly 3",
    ]


def test_rows_of_the_release_before_are_numbered_until_it_is_gone(filled: str) -> None:
    """Functions of the release before make publications after the migration, until CloudFormation replaces them."""
    migrate.upgrade(filled, RELEASE)
    with psycopg.connect(filled) as connection:
        connection.execute(
            """INSERT INTO publications (post_id, job_id, owner_id, platform, segment, state, due_at, next_attempt_at,
                                         queued_at)
               SELECT id, gen_random_uuid(), owner_id, 'threads', number, 'waiting', now(), now(), now()
               FROM social_posts, generate_series(0, 2) AS number WHERE content = 'Draft'"""
        )
        connection.execute(
            """INSERT INTO publications (post_id, job_id, owner_id, platform, part, state, due_at, next_attempt_at,
                                         queued_at)
               SELECT id, gen_random_uuid(), owner_id, 'x', number, 'waiting', now(), now(), now()
               FROM social_posts, generate_series(1, 3) AS number WHERE content = 'Draft'"""
        )
    rows = _rows(filled, "SELECT platform, segment, part FROM publications WHERE platform IN ('threads', 'x')")
    assert sorted(rows) == [(platform, part - 1, part) for platform in ("threads", "x") for part in (1, 2, 3)]


@pytest.fixture
def role_of_0015(filled: str) -> Iterator[sql.Identifier]:
    """A role with the privileges of the release whose functions know the table post_events."""
    migrate.upgrade(filled, "0015")
    role = sql.Identifier(f"role_{uuid4().hex}")
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        connection.execute(sql.SQL("GRANT SELECT, INSERT ON post_events TO {}").format(role))
        yield role
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def test_functions_of_the_release_before_write_and_read_events_after_an_upgrade(
    filled: str, role_of_0015: sql.Identifier
) -> None:
    written = _rows(filled, "SELECT id, type FROM post_events ORDER BY id")
    migrate.upgrade(filled, "0016")
    with psycopg.connect(filled) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(role_of_0015))
        for statement in STATEMENTS_OF_0015:
            connection.execute(statement)
        seen = connection.execute("SELECT id, type FROM post_events ORDER BY id").fetchall()
        connection.execute("RESET ROLE")
        connection.execute("INSERT INTO events (owner_id, actor, type, at) VALUES ('ada', 'ada', 'media.ready', now())")
    events = _rows(filled, "SELECT id, type FROM events WHERE post_id IS NOT NULL ORDER BY id")
    new = _rows(filled, "SELECT type FROM events WHERE position IS NULL ORDER BY id")

    assert seen == events
    assert events[: len(written)] == written
    assert [type_ for _, type_ in events[len(written) :]] == ["post.queued"] * 2
    assert new == [("post.queued",), ("post.queued",), ("media.ready",)]


STATEMENTS_OF_0015: list[LiteralString] = [
    """WITH chosen AS (SELECT post_id, owner_id FROM post_events LIMIT 1), event AS (
           INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
           SELECT post_id, owner_id, 'scheduler', 'post.queued', '{"jobId": 1}', now() FROM chosen
       )
       SELECT * FROM chosen""",
    """INSERT INTO post_events (post_id, owner_id, actor, type, at)
       SELECT post_id, owner_id, 'scheduler', 'post.queued', now() FROM post_events LIMIT 1""",
]


def test_contraction_waits_for_a_tick_of_a_scheduler_that_needs_only_the_new_form(filled: str) -> None:
    assert migrate.upgrade(filled, RELEASE) == migrate.upgrade(filled, RELEASE) == "0005"
    world = World(filled, FakeClock(STOPPED_AT))

    ticks.record(world.db, "hand", TickReport(), started_at=STOPPED_AT, ended_at=STOPPED_AT)
    assert migrate.upgrade(filled, RELEASE) == "0005"

    ticks.record(world.db, "rule", TickReport(), started_at=STOPPED_AT, ended_at=STOPPED_AT)
    world.close()
    assert migrate.upgrade(filled) == migrate.head()
    columns = {
        name for (name,) in _rows(filled, "SELECT attname FROM pg_attribute WHERE attrelid = 'publications'::regclass")
    }
    assert {"part", "reconciliations"} <= columns
    assert not {"segment", "inquiries"} & columns


def test_expansion_does_not_wait_for_a_contraction(filled: str) -> None:
    expansions = [script.revision for script in _scripts() if not hasattr(script.module, "contracts")]
    assert migrate.upgrade(filled) == max(expansions)
    assert _rows(filled, "SELECT DISTINCT publish_on_approval FROM social_posts") == [(False,)]
    world = World(filled, FakeClock(STOPPED_AT))
    ticks.record(world.db, "rule", TickReport(), started_at=STOPPED_AT, ended_at=STOPPED_AT)
    world.close()
    upgraded = migrate.upgrade(filled)
    assert upgraded == migrate.head()
    contractions = {
        script.revision: script.module.contracts for script in _scripts() if script.revision not in expansions
    }
    assert "0006" in contractions
    assert contractions.keys() | ({max(expansions)} - set(contractions.values())) == set(upgraded.split())


def test_contraction_waits_again_after_a_rollback(filled: str) -> None:
    migrate.upgrade(filled, RELEASE)
    world = World(filled, FakeClock(STOPPED_AT))
    later = STOPPED_AT + timedelta(minutes=1)
    ticks.record(world.db, "rule", TickReport(), started_at=STOPPED_AT, ended_at=STOPPED_AT)
    world.db.fetch(TICK_OF_THE_RELEASE_BEFORE, now=later)
    world.close()
    assert migrate.upgrade(filled, RELEASE) == "0005"


TICK_OF_THE_RELEASE_BEFORE = Query(
    "record_tick",
    """INSERT INTO ticks (caller, started_at, ended_at, report) VALUES ('rule', %(now)s, %(now)s, '{"claimed": 0}')
       ON CONFLICT ON CONSTRAINT ticks_pkey DO UPDATE
       SET started_at = excluded.started_at, ended_at = excluded.ended_at, report = excluded.report
       WHERE ticks.started_at <= excluded.started_at""",
)


def test_release_that_skips_a_contraction_is_refused(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 0005 removed something that the release before uses: 0006 and the code of its release would need it."""
    contracts = {"0005": "0004"}
    monkeypatch.setattr(migrate, "_contracts", lambda script: contracts.get(script.revision))
    with pytest.raises(migrate.UpgradeRefused) as refused:
        migrate.upgrade(filled)
    assert str(refused.value) == (
        "Revision 0005 removes a part of the schema that the running release may use, and later revisions depend on "
        "this revision. First deploy the releases between the running release and this release, one after the other."
    )
    assert _rows(filled, "SELECT version_num FROM alembic_version") == [("0004",)]


def test_contracted_schema_is_that_of_a_new_database(filled: str, postgres_url: str) -> None:
    migrate.upgrade(filled, RELEASE)
    with psycopg.connect(filled) as connection:
        connection.execute(
            "UPDATE ticks SET report = jsonb_build_object('schema_revision', %s::text)", [newest_revision()]
        )
    migrate.upgrade(filled)
    with postgres.clone(postgres_url) as new:
        assert _rows(filled, SCHEMA) == _rows(new, SCHEMA)
    assert _rows(filled, "SELECT to_regclass('post_events')") == [(None,)]


SCHEMA = """
    SELECT format('column %s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
               AS part
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT format('function %s', proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('trigger %s', tgname) FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY part
"""


def test_downgrade_of_a_database_with_posts_is_refused(filled: str) -> None:
    migrate.upgrade(filled, RELEASE)
    counts = _rows(filled, COUNTS)
    with pytest.raises(migrate.DowngradeRefused) as refused:
        migrate.downgrade(filled, "0004")
    assert str(refused.value) == (
        "This database holds posts, and a downgrade to revision 0004 could lose some of their data. "
        "Restore the backup made before the upgrade instead."
    )
    assert _rows(filled, COUNTS) == counts
    assert _rows(filled, "SELECT version_num FROM alembic_version") == [("0005",)]


def test_release_is_built_for_its_newest_revision() -> None:
    assert max(script.revision for script in _scripts()) == newest_revision()

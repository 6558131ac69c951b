"""The tests run handlers with the database privileges that template.yaml gives them, so a missing privilege fails."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from minutehand.migrations.roles import role_name
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.acting import Handler, restricted
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, start
from tests.support.postgres import TEMPLATE
from tests.support.world import World

ROLE = Query("role", "SELECT current_user AS role")


@pytest.fixture
def own_db(own_database_url: str) -> Iterator[Database]:
    database = Database(lambda: own_database_url)
    yield database
    database.close()


def revoke(url: str, privilege: LiteralString, table: str, group: str) -> None:
    statement = sql.SQL("REVOKE {} ON {} FROM {}").format(
        sql.SQL(privilege), sql.Identifier(table), sql.Identifier(role_name(TEMPLATE, group))
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_call_of_the_api_fails_without_a_privilege(own_db: Database, own_database_url: str, clock: FakeClock) -> None:
    api = Api(own_db, clock)
    assert api.call("list_posts", None).status == 200
    revoke(own_database_url, "SELECT", "social_posts", "reader")

    assert api.call("list_posts", None).status == 500
    assert api.create()["status"] == "draft"  # another group


def test_scheduled_function_fails_without_a_privilege(
    own_db: Database, own_database_url: str, clock: FakeClock
) -> None:
    archiver = start("archiver", db=own_db, clock=clock, environ=ENVIRON | {"ARCHIVE_AFTER_DAYS": "90"})
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 60_000)
    assert archiver.handler(sample("archiver"), context) == {
        "count": 0,
        "complete": True,
        "events": 0,
        "attempts": 0,
        "cards": 0,
    }
    revoke(own_database_url, "SELECT", "social_posts", "scheduler")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        archiver.handler(sample("archiver"), context)


@pytest.mark.parametrize(("group", "table"), [("scheduler", "social_posts"), ("publisher", "publications")])
def test_process_of_a_simulated_world_fails_without_a_privilege(
    own_database_url: str, clock: FakeClock, group: str, table: str
) -> None:
    world = World(own_database_url, clock)
    try:
        world.post(ahead=60)
        revoke(own_database_url, "UPDATE", table, group)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.run(minutes=2)
    finally:
        world.close()


def test_test_has_its_own_privileges_after_a_call(own_db: Database, clock: FakeClock) -> None:
    before = own_db.fetch(ROLE)
    Api(own_db, clock).call("list_posts", None)

    assert own_db.fetch(ROLE) == before


def call_and_roll_back(db: Database, handler: Handler) -> None:
    with suppress(ZeroDivisionError), db.transaction():
        db.fetch(ROLE)
        handler({}, None)
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda db, handler: None, id="nothing"),
        pytest.param(lambda db, handler: db.fetch(ROLE), id="statement"),
        pytest.param(lambda db, handler: db.fetch(Query("reset", "RESET ROLE")), id="reset"),
        pytest.param(lambda db, handler: db.close(), id="new-connection"),
        pytest.param(call_and_roll_back, id="rollback"),
    ],
)
def test_handler_has_the_role_of_its_group_after_the_test_used_the_connection(
    own_db: Database, act: Callable[[Database, Handler], object]
) -> None:
    seen: list[str] = []
    own = own_db.fetch(ROLE)[0]["role"]
    handler = restricted(
        lambda event, context: seen.extend(row["role"] for row in own_db.fetch(ROLE)), own_db, "reader"
    )
    handler({}, None)
    act(own_db, handler)
    handler({}, None)

    assert set(seen) == {role_name(TEMPLATE, "reader")}
    assert own_db.fetch(ROLE) == [{"role": own}]

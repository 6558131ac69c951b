"""The database roles: each group of functions may do what its statements do, and nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from minutehand.migrations.roles import CALLS, PRIVILEGES, grant, role_name
from tests.support import postgres
from tests.support.clock import START
from tests.support.groups import MIGRATOR, groups
from tests.support.reachable_statements import reachable
from tests.support.statements import statements

STATEMENTS = statements()
GROUPS = groups()
NOT_CALLED = {
    # The publisher calls Exchange.connect, and reads connections without connecting any.
    "publisher": frozenset([("minutehand.connections.store", "Connections.connect")]),
}
"""The methods that a function does not call, although it calls a method of the same name in another class."""
SAMPLES = {"now": START, "min_part_window": timedelta(days=1)}
"""The values of parameters whose types Postgres cannot infer."""
GRANTS = [
    (group, table, privilege)
    for group, privileges in PRIVILEGES.items()
    for table, granted in privileges.items()
    for privilege in granted
]

GRANTED: LiteralString = """
    SELECT relname, privilege_type FROM pg_class, aclexplode(relacl) WHERE grantee = %(role)s::regrole
    UNION SELECT relname, format('%%s (%%s)', privilege_type, attname)
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
          WHERE grantee = %(role)s::regrole
    UNION SELECT proname, privilege_type FROM pg_proc, aclexplode(proacl) WHERE grantee = %(role)s::regrole
"""


def statements_of(group: str) -> list[str]:
    """Return the names of the statements that the functions of a group may run."""
    functions = [name for name, of_group in GROUPS.items() if of_group == group]
    return sorted({each for name in functions for each in reachable(name, NOT_CALLED.get(name, frozenset()))})


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a superuser's connection to a database that only this file uses."""
    with postgres.clone(postgres_url) as url, psycopg.connect(url) as connection:
        yield connection


@pytest.fixture(autouse=True)
def unchanged(connection: psycopg.Connection[Any]) -> Iterator[None]:
    yield
    connection.rollback()


def act_as(connection: psycopg.Connection[Any], group: str) -> None:
    role = role_name(postgres.TEMPLATE, group)
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def is_refused(connection: psycopg.Connection[Any], name: str) -> bool:
    """Return whether Postgres refuses to run a statement. It checks the privileges also if it only explains a plan."""
    text = STATEMENTS[name].text
    values = {parameter: SAMPLES.get(parameter) for parameter in re.findall(r"%\((\w+)\)s", text)}
    try:
        with connection.transaction():
            connection.execute(f"EXPLAIN {text}", values)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_every_function_with_a_database_has_a_group() -> None:
    assert {group for name, group in GROUPS.items() if name != MIGRATOR} == set(PRIVILEGES)
    assert [name for name, group in GROUPS.items() if group == MIGRATOR] == [MIGRATOR]


def test_every_statement_belongs_to_a_group() -> None:
    assert {name for group in PRIVILEGES for name in statements_of(group)} == set(STATEMENTS)


@pytest.mark.parametrize("group", PRIVILEGES)
def test_group_may_run_its_statements(connection: psycopg.Connection[Any], group: str) -> None:
    act_as(connection, group)

    assert [name for name in statements_of(group) if is_refused(connection, name)] == []


@pytest.mark.parametrize(("group", "table", "privilege"), GRANTS)
def test_group_needs_each_of_its_privileges(
    connection: psycopg.Connection[Any], group: str, table: str, privilege: str
) -> None:
    revoke = sql.SQL("REVOKE {} ON {} FROM {}").format(
        sql.SQL(privilege),
        sql.Identifier(table),
        sql.Identifier(role_name(postgres.TEMPLATE, group)),
    )
    connection.execute(revoke)
    act_as(connection, group)

    # The function pauses_on reads queue_controls.
    words = [table, "pauses_on"] if table == "queue_controls" else [table]
    using = [name for name in statements_of(group) if any(word in STATEMENTS[name].text for word in words)]
    assert any(is_refused(connection, name) for name in using)


@pytest.mark.parametrize("group", PRIVILEGES)
def test_role_has_exactly_the_declared_privileges(connection: psycopg.Connection[Any], group: str) -> None:
    role = role_name(postgres.TEMPLATE, group)
    found = connection.execute(GRANTED, {"role": role}).fetchall()

    declared = {(table, privilege) for of_group, table, privilege in GRANTS if of_group == group}
    assert set(found) == declared | {(function, "EXECUTE") for function in CALLS.get(group, ())}


@pytest.mark.parametrize(
    ("group", "statement"),
    [
        *((group, "SELECT ciphertext FROM social_account_tokens") for group in ("api", "reader", "scheduler")),
        *((group, "SELECT ciphertext FROM revocations") for group in ("api", "reader", "scheduler")),
        ("api", "SELECT FROM social_account_tokens WHERE ciphertext = 'x'"),
        ("api", "UPDATE social_account_tokens SET ciphertext = ciphertext RETURNING ciphertext"),
        ("api", "SELECT * FROM social_account_tokens"),
        ("reader", "INSERT INTO social_posts (content, owner_id, created_by) VALUES ('x', 'ada', 'ada')"),
        ("reader", "UPDATE social_posts SET content = 'x'"),
        ("reader", "DELETE FROM social_posts"),
        ("reader", "SELECT FROM social_posts FOR UPDATE"),
        ("reader", "SELECT response FROM idempotency_keys"),
        ("reader", "UPDATE events SET position = 1"),
        ("reader", "UPDATE event_positions SET last = 0"),
        ("api", "SELECT number_events('ada', 1)"),
        ("reader", "SELECT keep_for_revocation(gen_random_uuid(), 'ada', now())"),
        ("authorizer", "SELECT FROM social_posts"),
        ("authorizer", "SELECT name FROM api_tokens"),
        ("authorizer", "UPDATE api_tokens SET scopes = '{act_as}'"),
        ("authorizer", "INSERT INTO api_tokens DEFAULT VALUES"),
        ("authorizer", "DELETE FROM api_tokens"),
        ("api", "SELECT secret_hash FROM api_tokens"),
        ("api", "SELECT secret_hash FROM calendar_feeds"),
        ("reader", "SELECT created_by FROM calendar_feeds"),
        *((group, "SELECT FROM calendar_feeds") for group in ("authorizer", "scheduler", "publisher")),
        ("api", "UPDATE api_tokens SET expires_at = now()"),
        *((group, "SELECT FROM api_tokens") for group in ("reader", "scheduler", "publisher")),
        ("scheduler", "DELETE FROM social_posts"),
        ("scheduler", "UPDATE social_connections SET owner_id = 'eve'"),
        ("scheduler", "SELECT FROM media"),
        ("publisher", "DELETE FROM social_posts"),
        ("publisher", "DELETE FROM social_connections"),
        ("publisher", "INSERT INTO publications DEFAULT VALUES"),
        *((group, "DROP TABLE social_posts") for group in PRIVILEGES),
        *((group, "TRUNCATE events") for group in PRIVILEGES),
        *((group, "DELETE FROM publication_attempts") for group in PRIVILEGES),
        *((group, "UPDATE events SET actor = 'eve'") for group in PRIVILEGES),
        *((group, "CREATE TABLE extra ()") for group in PRIVILEGES),
        *((group, "CREATE ROLE extra") for group in PRIVILEGES),
        *((group, "UPDATE alembic_version SET version_num = '0001'") for group in PRIVILEGES),
    ],
)
def test_group_is_refused_what_it_does_not_need(
    connection: psycopg.Connection[Any], group: str, statement: LiteralString
) -> None:
    act_as(connection, group)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_second_grant_changes_nothing(own_database_url: str) -> None:
    assert grant(own_database_url) == grant(own_database_url) == []


def test_role_belongs_to_one_database(connection: psycopg.Connection[Any], own_database_url: str) -> None:
    grant(own_database_url)
    with psycopg.connect(own_database_url) as own:
        [(name,)] = own.execute("SELECT current_database()").fetchall()
        own.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role_name(name, "reader"))))
        own.execute("SELECT FROM social_posts")
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role_name(name, "reader"))))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT FROM social_posts")


@pytest.fixture
def owner_url(own_database_url: str) -> Iterator[str]:
    """Yield the URL of a database with the login of the owner of its schema, who is no superuser."""
    owner = sql.Identifier(f"owner_{uuid4().hex}")
    with psycopg.connect(own_database_url, autocommit=True) as superuser:
        [(user,)] = superuser.execute("SELECT current_user").fetchall()
        superuser.execute(sql.SQL("CREATE ROLE {}").format(owner))
        for (table,) in superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            superuser.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(table), owner))
        for called in {each for of_group in CALLS.values() for each in of_group}:
            superuser.execute(sql.SQL("ALTER FUNCTION {} OWNER TO {}").format(sql.Identifier(called), owner))
        try:
            yield f"{own_database_url}{'&' if '?' in own_database_url else '?'}options=-c%20role%3D{owner._obj[0]}"
        finally:
            superuser.execute(sql.SQL("REASSIGN OWNED BY {} TO {}").format(owner, sql.Identifier(user)))
            superuser.execute(sql.SQL("DROP OWNED BY {}").format(owner))
            superuser.execute(sql.SQL("DROP ROLE {}").format(owner))


def test_migrator_without_the_right_to_create_roles_reports_them(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        [(database,)] = owner.execute("SELECT current_database()").fetchall()

    assert grant(owner_url) == [role_name(database, group) for group in PRIVILEGES]


def test_migrator_grants_to_roles_that_an_administrator_has_created(own_database_url: str, owner_url: str) -> None:
    with psycopg.connect(own_database_url, autocommit=True) as superuser:
        [(database,)] = superuser.execute("SELECT current_database()").fetchall()
        reader = sql.Identifier(role_name(database, "reader"))
        superuser.execute(sql.SQL("CREATE ROLE {}").format(reader))

    assert role_name(database, "reader") not in grant(owner_url)
    with psycopg.connect(own_database_url) as acting:
        acting.execute(sql.SQL("SET ROLE {}").format(reader))
        acting.execute("SELECT FROM social_posts")


def test_role_whose_name_is_too_long_is_not_created(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        name = sql.Identifier("d" * 55)
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            assert grant(postgres.with_database(postgres_url, "d" * 55)) == [
                role_name("d" * 55, group) for group in PRIVILEGES
            ]
        finally:
            server.execute(sql.SQL("DROP DATABASE {}").format(name))

"""`Database` on Postgres: it reconnects, never repeats a statement, and serves one thread at a time."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg
import pytest

from minutehand.runtime import db as module
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.faults import Nap
from tests.support.threads import wait_for_blocked_process

WHO = Query("who", "SELECT pg_backend_pid() AS pid")
ADD = Query("add", "INSERT INTO queue_controls VALUES ('owner', %(target)s, 'why', 'who', now())")
ALL = Query("all", "SELECT target FROM queue_controls ORDER BY target")


@pytest.fixture
def terminate(database_url: str) -> Callable[[int], None]:
    def end(pid: int) -> None:
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    return end


@pytest.fixture
def long_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every use of a connection come after a long idle time."""
    monkeypatch.setattr(module, "MAX_UNCHECKED_IDLE_SECONDS", -1.0)


def pid(db: Database) -> int:
    return int(db.fetch(WHO)[0]["pid"])


def targets(db: Database) -> list[str]:
    return [row["target"] for row in db.fetch(ALL)]


def test_all_statements_use_one_connection(db: Database) -> None:
    assert pid(db) == pid(db)
    assert db.one(Query("none", "SELECT 1 AS one WHERE false")) is None
    assert db.one(Query("first", "SELECT n FROM generate_series(3, 5) AS n")) == {"n": 3}
    assert db.fetch(ADD, target="ada") == []


def test_url_is_read_again_for_every_new_connection(database_url: str) -> None:
    calls: list[str] = []

    def url() -> str:
        calls.append(database_url)
        return database_url

    db = Database(url)
    assert calls == []
    first = pid(db)
    db.close()
    assert pid(db) != first
    assert len(calls) == 2
    db.close()


@pytest.mark.usefixtures("long_idle")
def test_connection_that_broke_while_idle_is_replaced(db: Database, terminate: Callable[[int], None]) -> None:
    first = pid(db)
    terminate(first)
    assert pid(db) != first


def test_connection_that_broke_while_the_environment_was_frozen_is_replaced(
    db: Database, terminate: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The monotonic clock may stand still during the freeze, but the system clock advances."""
    first, system_time = pid(db), time.time
    terminate(first)
    monkeypatch.setattr(time, "time", lambda: system_time() + 3_600)
    assert pid(db) != first


def test_statement_on_a_broken_connection_fails_and_is_not_repeated(
    db: Database, terminate: Callable[[int], None]
) -> None:
    terminate(pid(db))
    with pytest.raises(psycopg.OperationalError):
        db.fetch(ADD, target="ada")
    assert targets(db) == []


def test_transaction_is_committed_or_rolled_back_as_a_whole(db: Database) -> None:
    with db.transaction():
        db.fetch(ADD, target="kept")
        with suppress(ZeroDivisionError), db.transaction():
            db.fetch(ADD, target="undone")
            raise ZeroDivisionError
    with suppress(ZeroDivisionError), db.transaction():
        db.fetch(ADD, target="undone too")
        raise ZeroDivisionError
    assert targets(db) == ["kept"]


@pytest.mark.usefixtures("long_idle")
def test_transaction_is_rolled_back_if_its_connection_breaks(db: Database, terminate: Callable[[int], None]) -> None:
    def work() -> None:
        with db.transaction():
            db.fetch(ADD, target="first half")
            terminate(pid(db))
            db.fetch(ADD, target="second half")

    with pytest.raises(psycopg.OperationalError):
        work()
    assert targets(db) == []


def test_threads_wait_for_the_end_of_a_transaction(db: Database) -> None:
    with ThreadPoolExecutor() as pool:
        with db.transaction():
            db.fetch(ADD, target="a")
            other = pool.submit(targets, db)
            db.fetch(ADD, target="b")
        assert other.result() == ["a", "b"]


def test_statements_that_are_sent_together_are_one_transaction(db: Database) -> None:
    add = (ADD, {"target": "a"})

    assert db.fetch_together(add, (ALL, {})) == [[], [{"target": "a"}]]
    with pytest.raises(psycopg.errors.UniqueViolation):
        db.fetch_together((ADD, {"target": "b"}), add)
    assert targets(db) == ["a"]


def test_statements_that_are_sent_together_see_what_was_committed_while_the_first_one_waited(
    db: Database, database_url: str
) -> None:
    lock = Query("lock", "SELECT FROM queue_controls WHERE target = 'a' FOR UPDATE")
    db.fetch(ADD, target="a")
    with psycopg.connect(database_url) as other, ThreadPoolExecutor() as pool:
        other.execute("UPDATE queue_controls SET reason = 'locked'")
        found = pool.submit(db.fetch_together, (lock, {}), (ALL, {}))
        other.execute("INSERT INTO queue_controls VALUES ('owner', 'b', 'why', 'who', now())")
        with closing(Database(lambda: database_url)) as watcher:
            wait_for_blocked_process(watcher)
        other.commit()
        assert found.result()[1] == [{"target": "a"}, {"target": "b"}]


@pytest.mark.parametrize("prepares", [True, False])
def test_only_marked_statements_are_prepared_and_only_if_the_database_allows_it(
    database_url: str, prepares: bool
) -> None:
    prepared = Query("prepared", "SELECT name, statement FROM pg_prepared_statements", prepared=True)
    with closing(Database(lambda: database_url, prepares=prepares)) as db:
        for _ in range(20):
            db.fetch(WHO)
            rows = db.fetch(prepared)
    assert [row["statement"] for row in rows] == [prepared.text] * prepares


@pytest.mark.parametrize(("seconds", "node"), [(3_600.0, "Seq Scan"), (-1.0, "Index Scan")])
def test_plan_of_a_prepared_statement_is_made_again(
    own_database_url: str, monkeypatch: pytest.MonkeyPatch, seconds: float, node: str
) -> None:
    """A plan that was made for a few rows reads the whole table. The first plan is kept for an hour or not at all."""
    monkeypatch.setattr(module, "MAX_PLAN_SECONDS", seconds)
    find = Query("find", "SELECT reason FROM queue_controls WHERE scope = 'owner' AND target = %(target)s", True)
    grow = Query(
        "grow", "INSERT INTO queue_controls SELECT 'owner', n, 'a', 'b', now() FROM generate_series(1, 9999) AS n"
    )
    with closing(Database(lambda: own_database_url)) as db:
        db.fetch(ADD, target="a")
        db.fetch(Query("analyze", "ANALYZE queue_controls"))
        for _ in range(10):  # the plan for any value is made at the sixth execution
            db.fetch(find, target="a")
        db.fetch(grow)
        db.fetch(find, target="a")
        [name] = db.fetch(Query("name", "SELECT name FROM pg_prepared_statements"))
        plan = db.fetch(Query("explain", f"EXPLAIN EXECUTE \"{name['name']}\" ('a')"))
    assert node in str(plan[0])


def test_unavailable_postgres_is_an_operational_error() -> None:
    db = Database(lambda: "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(psycopg.OperationalError):
        db.fetch(WHO)


@pytest.mark.parametrize("noticed", ["by a statement", "by the commit"])
def test_ended_idle_transaction_is_an_operational_error(db: Database, database_url: str, noticed: str) -> None:
    """psycopg raises an error of another class, which callers do not expect."""
    nap = Nap(database_url)

    def work() -> None:
        with db.transaction():
            db.fetch(ADD, target="lost")
            nap.take(db)
            if noticed == "by a statement":
                db.fetch(WHO)

    with pytest.raises(psycopg.OperationalError) as error:
        work()
    cause = error.value.__cause__  # None if the server closed the socket before psycopg read the reason
    assert cause is None or isinstance(cause, psycopg.errors.IdleInTransactionSessionTimeout)
    assert targets(db) == []


def test_error_that_keeps_the_connection_keeps_its_class(db: Database) -> None:
    before = pid(db)
    with pytest.raises(psycopg.errors.DivisionByZero):
        db.fetch(Query("broken", "SELECT 1 / 0"))
    assert pid(db) == before


# -- after a commit ------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(db: Database) -> Iterator[list[str]]:
    """Yield the items that the action of `after_commit` received."""
    sent: list[str] = []
    with db.after_commit(sent.extend):
        yield sent


def test_deferred_items_wait_for_the_commit(db: Database, sent: list[str]) -> None:
    with db.transaction():
        db.defer(["first"])
        db.defer(["second"])
        assert sent == []
    assert sent == ["first", "second"]


def test_deferred_items_of_a_savepoint_wait_for_the_outer_transaction(db: Database, sent: list[str]) -> None:
    with db.transaction():
        with db.transaction():
            db.defer(["inner"])
        assert sent == []
    assert sent == ["inner"]


def test_rollback_drops_deferred_items(db: Database, sent: list[str]) -> None:
    with suppress(ZeroDivisionError), db.transaction():
        db.defer(["never"])
        raise ZeroDivisionError
    with db.transaction():
        db.defer(["later"])
    assert sent == ["later"]


def test_rollback_of_a_savepoint_drops_only_its_own_items(db: Database, sent: list[str]) -> None:
    with db.transaction():
        db.defer(["outer"])
        with suppress(ZeroDivisionError), db.transaction():
            db.defer(["inner"])
            raise ZeroDivisionError
    assert sent == ["outer"]


def test_failed_commit_drops_deferred_items(db: Database, sent: list[str], terminate: Callable[[int], None]) -> None:
    def work() -> None:
        with db.transaction():
            db.defer(["never"])
            terminate(pid(db))

    with pytest.raises(psycopg.OperationalError):
        work()
    assert sent == []


def test_items_deferred_outside_a_transaction_are_sent_at_once(db: Database, sent: list[str]) -> None:
    db.defer(["now"])
    db.defer([])
    assert sent == ["now"]


def test_action_runs_after_the_lock_is_released(db: Database) -> None:
    """Sending takes a network call, during which other threads use the connection."""
    with ThreadPoolExecutor(1) as pool:
        found: list[int] = []
        with db.after_commit(lambda _: found.append(pool.submit(pid, db).result(timeout=5))), db.transaction():
            db.defer(["item"])
    assert len(found) == 1


def test_failed_action_reaches_the_caller_and_undoes_nothing(db: Database) -> None:
    def fail(items: list[str]) -> None:
        raise ZeroDivisionError

    def work() -> None:
        with db.after_commit(fail), db.transaction():
            db.fetch(ADD, target="kept")
            db.defer(["item"])

    with pytest.raises(ZeroDivisionError):
        work()
    assert targets(db) == ["kept"]


def test_items_without_an_action_are_dropped(db: Database, sent: list[str]) -> None:
    with db.after_commit(lambda items: None):
        db.defer(["dropped"])
    db.defer(["sent"])
    assert sent == ["sent"]

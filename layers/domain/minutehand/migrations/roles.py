"""The database roles of the functions, with the privileges of each group of functions on each table. A group has only
the privileges that its statements need. The name of a role contains the name of the database, because all databases of
a Postgres server share the same roles. A new role cannot log in; see "Database roles" in docs/operations.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

LOCK_KEY = 6469
"""The key of the advisory lock under which privileges are granted: an arbitrary number other than the key of the lock
under which revisions run.
"""
MAX_NAME_BYTES = 63
"""The maximum length of a name in Postgres, which truncates longer names. Two roles could then get the same name."""
LIFETIME = tuple(
    f"SELECT ({column})"
    for column in ("connection_id", "expires_at", "refresh_at", "refresh_expires_at", "refresh_failures")
)
"""Privileges to read when the access to an account ends, when its token is refreshed, and how many refreshes failed.
These columns contain no token.
"""

PRIVILEGES: Mapping[str, Mapping[str, Sequence[str]]] = {
    # The authorizer, which looks up API tokens and records their use.
    "authorizer": {
        "api_tokens": (
            *("SELECT (id)", "SELECT (owner_id)", "SELECT (created_by)", "SELECT (mode)", "SELECT (scopes)"),
            *("SELECT (secret_hash)", "SELECT (expires_at)", "SELECT (last_used_at)", "UPDATE (last_used_at)"),
        ),
    },
    # The functions of the API that read data. The only data that they change are the positions of events.
    "reader": {
        **dict.fromkeys(("event_positions", "events", "follower_counts", "metric_problems"), ("SELECT",)),
        **dict.fromkeys(("metric_snapshots", "paid_reads", "post_metrics", "publication_metrics"), ("SELECT",)),
        **dict.fromkeys(("post_words", "publication_attempts", "publications"), ("SELECT",)),
        **dict.fromkeys(("social_connections", "social_posts", "ticks"), ("SELECT",)),
        "calendar_feeds": ("SELECT (owner_id)", "SELECT (secret_hash)"),
        "media": (
            *("SELECT (id)", "SELECT (owner_id)", "SELECT (created_at)", "SELECT (size_bytes)", "SELECT (status)"),
            *("SELECT (content_type)", "SELECT (width)", "SELECT (height)", "SELECT (duration_seconds)"),
            "SELECT (has_thumbnail)",
        ),
        "media_usage": ("SELECT",),
        "oauth_states": ("SELECT (owner_id)", "SELECT (used_at)", "SELECT (expires_at)"),
        "owner_settings": ("SELECT",),
        "request_counts": ("SELECT",),
        "social_account_tokens": LIFETIME,
    },
    # The functions of the API that also change data. They can write sealed tokens, but cannot read them.
    "api": {
        "events": ("SELECT", "INSERT"),
        "api_tokens": (
            *("SELECT (id)", "SELECT (owner_id)", "SELECT (created_by)", "SELECT (name)", "SELECT (mode)"),
            *("SELECT (scopes)", "SELECT (beginning)", "SELECT (created_at)", "SELECT (expires_at)"),
            *("SELECT (last_used_at)", "INSERT", "DELETE"),
        ),
        "calendar_feeds": (
            *("SELECT (id)", "SELECT (owner_id)", "SELECT (created_by)", "SELECT (name)", "SELECT (created_at)"),
            *("INSERT", "DELETE"),
        ),
        "connect_links": ("SELECT", "INSERT", "DELETE", "UPDATE (used_at)", "UPDATE (attempts)"),
        "idempotency_keys": ("SELECT", "INSERT", "UPDATE"),
        "link_cards": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "media": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "media_usage": ("SELECT",),
        "oauth_clients": ("SELECT", "INSERT", "UPDATE"),
        "oauth_states": ("SELECT", "INSERT", "UPDATE"),
        "owner_settings": ("SELECT", "INSERT", "UPDATE"),
        "post_words": ("SELECT",),
        "publication_attempts": ("INSERT",),
        "publications": ("SELECT", "INSERT", "UPDATE"),
        "queue_controls": ("SELECT",),
        "request_counts": ("SELECT", "INSERT", "UPDATE"),
        "social_account_tokens": (*LIFETIME, "SELECT (grant_id)", "INSERT", "UPDATE"),
        "social_connections": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "social_posts": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    },
    # The scheduler, the archiver, the function that resolves dead letters, and the functions with which operators
    # control the scheduler and the queue.
    "scheduler": {
        "idempotency_keys": ("SELECT", "UPDATE", "DELETE"),
        "link_cards": ("SELECT", "DELETE"),
        "events": ("INSERT",),
        "publication_attempts": ("SELECT", "INSERT"),
        "publications": ("SELECT", "INSERT", "UPDATE"),
        "queue_controls": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "request_counts": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "social_connections": ("SELECT",),
        "social_posts": ("SELECT", "UPDATE"),
        "ticks": ("SELECT", "INSERT", "UPDATE"),
    },
    # The function that reads the values of options from platforms. It reads sealed tokens, and cannot replace them.
    "options": {
        "events": ("INSERT",),
        "social_account_tokens": (
            *("SELECT (connection_id)", "SELECT (ciphertext)", "SELECT (expires_at)", "SELECT (refresh_at)"),
            *("SELECT (refresh_failures)", "UPDATE (refresh_at)"),
        ),
        "social_connections": (
            *("SELECT (id)", "SELECT (owner_id)", "SELECT (platform)", "SELECT (account_id)", "SELECT (handle)"),
            *("SELECT (base_url)", "SELECT (status)", "SELECT (status_reason)"),
            *("UPDATE (status)", "UPDATE (status_reason)", "UPDATE (updated_at)"),
        ),
    },
    # The collector of metrics. It reads sealed tokens, and can neither replace them nor change connections.
    "collector": {
        "follower_counts": ("SELECT", "INSERT", "DELETE"),
        "follower_readings": ("SELECT", "UPDATE"),
        "metric_problems": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "metric_snapshots": ("INSERT",),
        "paid_reads": ("SELECT", "INSERT", "UPDATE"),
        "publication_metrics": ("SELECT", "UPDATE", "DELETE"),
        "publications": ("SELECT (id)", "SELECT (post_id)", "SELECT (remote_id)", "SELECT (part)"),
        "social_account_tokens": ("SELECT (connection_id)", "SELECT (ciphertext)", "SELECT (expires_at)"),
        "social_connections": (
            *("SELECT (id)", "SELECT (owner_id)", "SELECT (account_id)", "SELECT (handle)", "SELECT (base_url)"),
            "SELECT (status)",
        ),
        "social_posts": ("SELECT (id)", "SELECT (platform_options)"),
    },
    # The publisher and the refresher of tokens, which read sealed tokens.
    "publisher": {
        "connect_links": ("SELECT (id)", "SELECT (expires_at)", "UPDATE (attempts)", "DELETE"),
        "link_cards": ("SELECT",),
        "media": ("SELECT",),
        "oauth_clients": ("SELECT", "UPDATE", "DELETE"),
        "oauth_states": ("SELECT", "UPDATE", "DELETE"),
        "events": ("INSERT",),
        "publication_attempts": ("INSERT",),
        "publications": ("SELECT", "UPDATE"),
        "queue_controls": ("SELECT",),
        "revocations": ("SELECT", "UPDATE", "DELETE"),
        "social_account_tokens": ("SELECT", "UPDATE"),
        "social_connections": ("SELECT", "UPDATE"),
        "social_posts": ("SELECT", "UPDATE"),
    },
}
"""The privileges on each table, by group. In template.yaml, the login of a function names its group: a function of the
group `reader` uses `ReaderLogin`.

Locking a row requires UPDATE.
"""
CALLS: Mapping[str, Sequence[str]] = {
    "api": ("keep_for_revocation",),
    "reader": ("number_events",),
    "scheduler": ("prune_attempts", "prune_events"),
}
"""The database functions that run with the privileges of their owner, keyed by the group that may call them."""

_NAMES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"


def role_name(database: str, group: str) -> str:
    """Return the name of the role of a group in the database named ``database``."""
    return f"minutehand_{database}_{group}"


def grant(url: str) -> list[str]:
    """Create the missing roles of the database at ``url``, and grant each role its privileges.

    Nothing is revoked, because functions of the previous release still run. If no release needs a privilege any longer,
    a contraction revokes it. Tables and functions that do not exist in the database are skipped, because after a
    rollback of a deployment, the schema may be newer than this package.

    Returns the names of the roles that do not exist, because the login may not create roles or the name is too long.
    """
    missing = []
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])  # two migrators may run at the same time
        [(database,)] = connection.execute("SELECT current_database()").fetchall()
        tables = {name for (name,) in connection.execute(_NAMES).fetchall()}
        functions = {name for (name,) in connection.execute(_FUNCTIONS).fetchall()}
        for group, privileges in PRIVILEGES.items():
            role = role_name(database, group)
            if not _create(connection, role):
                missing.append(role)
                continue
            for table in tables & privileges.keys():
                _grant(connection, ", ".join(privileges[table]), sql.Identifier(table), role)
            for function in functions.intersection(CALLS.get(group, ())):
                _grant(connection, "EXECUTE", sql.SQL("FUNCTION {}").format(sql.Identifier(function)), role)
    return missing


def _create(connection: psycopg.Connection[Any], role: str) -> bool:
    """Create the role if it does not exist. Return whether the role exists afterwards."""
    if len(role.encode()) > MAX_NAME_BYTES:
        return False
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None:
        return True
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _grant(connection: psycopg.Connection[Any], privileges: str, target: sql.Composable, role: str) -> None:
    statement = sql.SQL("GRANT {} ON {} TO {}")
    connection.execute(statement.format(sql.SQL(privileges), target, sql.Identifier(role)))

"""Alembic's environment. Each revision runs in its own transaction, with timeouts that keep the service available."""

import time

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_LOCK_KEY = 6468  # an arbitrary constant, so that one of two concurrent migrators waits for the other
_LOCK_RETRY_SECONDS = 0.2

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    # The lock is taken before the timeouts are set, because the wait for the lock may be long. A waiting migrator
    # has no open statement, because CREATE INDEX CONCURRENTLY waits for the end of every older statement.
    while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_LOCK_KEY})").scalar_one():
        connection.commit()
        time.sleep(_LOCK_RETRY_SECONDS)
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.exec_driver_sql("SET statement_timeout = '5min'")
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

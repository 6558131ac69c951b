"""Alembic's environment. Each revision runs in its own transaction, except those with a `concurrent_step`. While a
revision waits for a lock, functions may wait behind the revision, so a timeout limits the wait.
"""

import time

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_LOCK_KEY = 6468  # an arbitrary number; of two concurrent migrators, one waits until the other releases this lock
_LOCK_RETRY_SECONDS = 0.2

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    # A waiting migrator keeps no transaction open, because a concurrent CREATE INDEX CONCURRENTLY waits for the
    # end of that transaction.
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

"""Alembic's environment. Each revision runs in its own transaction, with timeouts that keep the service available."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_LOCK_KEY = 6468  # an arbitrary constant, so that one of two concurrent migrators waits for the other

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    # The lock is taken before the timeouts are set, because the wait for the lock may be long.
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK_KEY})")
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.exec_driver_sql("SET statement_timeout = '5min'")
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

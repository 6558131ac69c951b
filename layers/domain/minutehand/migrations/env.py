"""What Alembic runs: each revision in a transaction of its own, with timeouts so that none can hold up the service."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_LOCK_KEY = 6468  # any constant: two migrators at once take turns

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK_KEY})")  # before the timeouts: here waiting is right
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.exec_driver_sql("SET statement_timeout = '5min'")
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

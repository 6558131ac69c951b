"""Opens the database that a function's configuration names."""

import json
from urllib.parse import quote

from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.db import Database
from minutehand.runtime.function import Function


def open_database(function: Function[DatabaseConfig]) -> Database:
    """Return the database of ``function``."""
    return database(function.config)


def database(config: DatabaseConfig) -> Database:
    """Return the database of ``config``; it connects on its first query.

    With a secret, the secret is read again for each new connection, so that a rotated password is picked up.
    """
    return Database(lambda: database_url(config))


def database_url(config: DatabaseConfig) -> str:
    """Return the connection string, from the configuration itself or from the secret that it names."""
    if config.database_url is not None:
        return config.database_url
    return _url_from_secret(str(config.database_secret_arn))


def _url_from_secret(arn: str) -> str:
    from minutehand.runtime import aws  # only deployed functions whose database is in Secrets Manager pay for it

    secret = json.loads(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    user, password = quote(secret["username"], safe=""), quote(secret["password"], safe="")
    name = secret.get("dbname", "postgres")
    return f"postgresql://{user}:{password}@{secret['host']}:{secret.get('port', 5432)}/{name}?sslmode=require"

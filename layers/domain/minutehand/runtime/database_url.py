"""Opens the database that a function's configuration names."""

import json
from urllib.parse import quote

from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.db import Database
from minutehand.runtime.function import Function


def open_database(function: Function[DatabaseConfig]) -> Database:
    """Return the database that the configuration of ``function`` names."""
    return database(function.config)


def database(config: DatabaseConfig) -> Database:
    """Return the database that ``config`` names. The connection is opened at the first query.

    A secret is read again for each new connection, so that a rotated password takes effect.
    """
    return Database(lambda: database_url(config), prepares=config.prepared_statements)


def database_url(config: DatabaseConfig) -> str:
    """Return the connection string from the configuration, or from the secret that the configuration names."""
    if config.database_url is not None:
        return config.database_url
    return _url_from_secret(str(config.database_secret_arn))


def _url_from_secret(arn: str) -> str:
    from minutehand.runtime import aws  # this imports botocore, which not every function needs

    secret = json.loads(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    user, password = quote(secret["username"], safe=""), quote(secret["password"], safe="")
    name = secret.get("dbname", "postgres")
    return f"postgresql://{user}:{password}@{secret['host']}:{secret.get('port', 5432)}/{name}?sslmode=require"

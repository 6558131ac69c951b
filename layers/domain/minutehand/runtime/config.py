"""The configuration of functions. Each function reads and checks its environment variables once, when it starts."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

type Stage = Literal["local", "staging", "prod"]

LOCAL_ACCOUNTS = frozenset({"000000000000", "012345678912"})
"""The accounts in the ARNs of functions that run in the AWS emulator and in `sam local`. They cannot be configured:
https://github.com/aws/aws-lambda-runtime-interface-emulator.
"""
MAX_SEND_LEAD_SECONDS = 10
"""The maximum number of seconds that a message may arrive before its publication is due."""

MAX_CONNECTIONS = 250
MAX_PENDING_AUTHORIZATIONS = 100
MAX_MEDIA_BYTES = 100 * 1024**3


class BadConfiguration(Exception):
    """At least one environment variable is missing or not valid. The message names each such variable."""


class Config(BaseModel):
    """The base class of every configuration. Each field is read from the variable of the same name in upper case."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    stage: Stage | None = None
    """The name of the environment. If it is missing, settings that only the stage local may have are refused."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the configuration from the environment. An empty variable counts as missing.

        Raises:
            BadConfiguration: a variable is missing or has an invalid value. The message does not contain the values,
                because some are secret.
        """
        given = {name: environ[name.upper()] for name in cls.model_fields if environ.get(name.upper())}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, problem['loc'])).upper() or 'DATABASE_URL'}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_input=False)
            )
            raise BadConfiguration(problems) from None

    def require_place(self, function_arn: str) -> None:
        """Check that a function with the stage local runs on a developer's machine, from the account in its ARN.

        The stage local trusts its callers and lets posts read private addresses.

        Raises:
            BadConfiguration: the stage is local, and the function runs on AWS.
        """
        account = function_arn.split(":")[4]
        if self.stage == "local" and account not in LOCAL_ACCOUNTS:
            raise BadConfiguration(
                f"STAGE is local, but the function runs in the AWS account {account}. Deploy the stage staging or prod."
            )


def only_locally[T](value: T, info: ValidationInfo) -> T:
    """Return the value of a setting that only the stage local may have.

    Raises:
        ValueError: the setting does not have its default value, and the stage is not local.
    """
    if value and info.data.get("stage") != "local":
        raise ValueError("only STAGE local may set it")
    return value


class DatabaseConfig(Config):
    """The address of Postgres: a connection string, or the ARN of a secret with the parts of a connection string."""

    database_url: str | None = Field(default=None, repr=False)
    database_secret_arn: str | None = None
    requests_per_minute: int = Field(default=600, ge=1)
    """The maximum number of an owner's writing calls in a minute; see `minutehand.runtime.rate_limit`."""
    cors_origins: str = ""
    """The origins whose web pages may call the API, separated by commas; see `minutehand.runtime.cors`."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.database_url is None) == (self.database_secret_arn is None):
            raise ValueError("set exactly one of DATABASE_URL and DATABASE_SECRET_ARN")
        return self


class RetryConfig(DatabaseConfig):
    """The configuration of functions that count attempts: the template's parameters Attempts and RetryDelay."""

    attempts: int = Field(default=3, ge=1, le=10)
    retry_delay_seconds: int = Field(default=5, ge=1, le=300)


class OpenPostsLimit(Config):
    """The maximum number of an owner's drafts, scheduled and queued posts: the template's parameter MaxOpenPosts."""

    max_open_posts: int = Field(default=10_000, ge=1)


class ConnectionsLimit(Config):
    """The maximum number of an owner's connections: the template's parameter MaxConnections."""

    max_connections: int = Field(default=MAX_CONNECTIONS, ge=1)


class PendingAuthorizationsLimit(Config):
    """The maximum number of an owner's authorizations that are neither completed nor expired: the template's parameter
    MaxPendingAuthorizations.
    """

    max_pending_authorizations: int = Field(default=MAX_PENDING_AUTHORIZATIONS, ge=1)


class MediaLimit(Config):
    """The maximum total size of an owner's media items in bytes, including uploads that are not finished: the
    template's parameter MaxMediaBytes.
    """

    max_media_bytes: int = Field(default=MAX_MEDIA_BYTES, ge=1)


class NetworkConfig(Config):
    """The configuration of functions that call servers at user-supplied addresses.

    ``media_from_private_networks``: True if the addresses may be in private networks. Only the local stage allows this.
    """

    media_from_private_networks: bool = False

    _private_networks_only_locally = field_validator("media_from_private_networks")(only_locally)


class QueueConfig(DatabaseConfig):
    """The configuration of functions that send to the publish queue."""

    publish_queue_url: str
    horizon_seconds: int = Field(default=120, ge=60, le=900)
    send_lead_seconds: int = Field(default=1, ge=0, le=MAX_SEND_LEAD_SECONDS)
    unconnected_platforms: Literal["sandbox", "reject"] = "reject"
    publish_within_seconds: int = Field(default=86_400, ge=0)
    catch_up_spacing_seconds: int = Field(default=1, ge=0, le=3_600)

    @property
    def horizon(self) -> timedelta:
        """The horizon: a tick processes the publications that become due within this time."""
        return timedelta(seconds=self.horizon_seconds)

    @property
    def publish_within(self) -> timedelta | None:
        """The default window: the maximum delay after which a post may still be published. None means no limit."""
        return timedelta(seconds=self.publish_within_seconds) if self.publish_within_seconds else None

    @property
    def catch_up_spacing(self) -> timedelta:
        """The minimum time between two overdue publications on the same connection."""
        return timedelta(seconds=self.catch_up_spacing_seconds)

    @property
    def send_lead(self) -> timedelta:
        """The lead: how early a message arrives before its publication is due."""
        return timedelta(seconds=self.send_lead_seconds)

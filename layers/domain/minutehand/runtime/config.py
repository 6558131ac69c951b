"""The configuration of functions. A function's configuration is read from the environment and checked once, at its
first use.
"""

import os
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails

type Stage = Literal["local", "staging", "prod"]

LOCAL_ACCOUNTS = frozenset({"000000000000", "012345678912"})
"""The AWS account ids in the ARNs of functions that run in the AWS emulator and in `sam local`. Source of the second
id: https://github.com/aws/aws-lambda-runtime-interface-emulator.
"""


class BadConfiguration(Exception):
    """At least one environment variable is missing or not valid. The message names each such variable."""


class Config(BaseModel):
    """The base class of every configuration. Each field is read from the variable of the same name in upper case."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)
    """The validator of a class is built only when a function uses the class, because most classes are only base
    classes.
    """

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
            problems = error.errors(include_url=False, include_input=False)
            raise BadConfiguration(" ".join(map(_sentence, problems))) from None

    def require_place(self, function_arn: str) -> None:
        """Check that a function with the stage local does not run on AWS. The account in ``function_arn`` shows where
        the function runs.

        At the stage local, functions may trust every caller, and may send requests to private addresses.

        Raises:
            BadConfiguration: the stage is local, and the function runs on AWS.
        """
        account = function_arn.split(":")[4]
        if self.stage == "local" and account not in LOCAL_ACCOUNTS:
            raise BadConfiguration(
                f"STAGE is local, but the function runs in the AWS account {account}. "
                "Set the parameter Stage to staging or prod, and deploy again."
            )


def _sentence(problem: ErrorDetails) -> str:
    """Return the name of the variable that causes ``problem``, and a message. The message about a problem of several
    variables names these variables.
    """
    variable, message = ".".join(map(str, problem["loc"])).upper(), message_of(problem)
    return f"{variable}: {message}" if variable else message


def message_of(problem: ErrorDetails) -> str:
    """Return pydantic's message about ``problem`` as a sentence, without the prefix for a ValueError."""
    return problem["msg"].removeprefix("Value error, ").removesuffix(".") + "."


def only_locally[T](value: T, info: ValidationInfo) -> T:
    """Return the value of a setting that only the stage local may have.

    Raises:
        ValueError: the value is neither false nor empty, and the stage is not local.
    """
    if value and info.data.get("stage") != "local":
        raise ValueError("This setting is allowed only at the stage local. Remove the setting.")
    return value


class DatabaseConfig(Config):
    """The settings of functions that use Postgres.

    ``database_url``: a connection string. ``database_secret_arn``: the ARN of a secret with the parts of a connection
    string. Exactly one of the two variables is set.
    """

    database_url: str | None = Field(default=None, repr=False)
    database_secret_arn: str | None = None
    prepared_statements: bool = True
    """Whether connections may have prepared statements: the template's parameter PreparedStatements."""
    requests_per_minute: int = Field(default=600, ge=1)
    """The maximum number of an owner's writing calls in a minute; see `minutehand.runtime.rate_limit`."""
    cors_origins: str = ""
    """The origins whose web pages may call the API, separated by commas; see `minutehand.runtime.cors`."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.database_url is None) == (self.database_secret_arn is None):
            raise ValueError("Set either DATABASE_URL or DATABASE_SECRET_ARN, not both.")
        return self

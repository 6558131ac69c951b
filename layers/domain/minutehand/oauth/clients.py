"""Our registrations at the platforms to which people are sent: ids, and secrets that are read when they are needed."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from minutehand.platforms.oauth2.provider import PROVIDERS, OAuthClient
from minutehand.runtime.config import BadConfiguration, Config

KEPT_SECONDS = 300.0
"""After this time the secret is read again, so that a changed registration is picked up."""


class ClientsUnavailable(Exception):
    """The secret that holds the registrations cannot be read now."""


class ClientsConfig(Config):
    """Where the registrations stand: in a variable, which is for the local stage, or in a secret; neither: none."""

    stage: Literal["local", "staging", "prod"]
    oauth_clients: str | None = Field(default=None, repr=False)
    oauth_clients_secret_arn: str | None = None

    @model_validator(mode="after")
    def _one_at_most(self) -> Self:
        if self.oauth_clients is not None and self.oauth_clients_secret_arn is not None:
            raise ValueError("set OAUTH_CLIENTS or OAUTH_CLIENTS_SECRET_ARN, not both")
        return self


def _platform(name: str) -> str:
    if name not in PROVIDERS:
        raise ValueError("is not one of the platforms with OAuth")
    return name


_Scope = Annotated[str, Field(pattern=r"^[!#-+\--\[\]-~]+$")]
"""As of RFC 6749, and without a comma, which separates them on some platforms."""


class _Registration(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )

    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    scopes: list[_Scope] | None = Field(default=None, min_length=1)
    server: str | None = None

    def client(self) -> OAuthClient:
        scopes = None if self.scopes is None else tuple(self.scopes)
        return OAuthClient(self.client_id, self.client_secret, self.server, scopes)


_Registrations = TypeAdapter(dict[Annotated[str, AfterValidator(_platform)], _Registration])


class Clients:
    """The registrations by platform. Safe to share between threads."""

    def __init__(
        self,
        config: ClientsConfig,
        read_secret: Callable[[str], str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``read_secret`` returns what the secret with an ARN holds; ``monotonic`` counts seconds."""
        self._config = config
        self._read_secret = read_secret or _from_secrets_manager
        self._monotonic = monotonic
        self._turn = threading.Lock()
        self._known: Mapping[str, OAuthClient] | None = None
        self._read_at = 0.0

    def get(self, platform: str) -> OAuthClient | None:
        """Return our registration at ``platform``; None when there is none.

        Raises:
            ClientsUnavailable: the secret cannot be read now, and never was.
            BadConfiguration: what stands there is not right.
        """
        with self._turn:
            if self._known is None or self._monotonic() - self._read_at > KEPT_SECONDS:
                self._known = self._read()
                self._read_at = self._monotonic()
            return self._known.get(platform)

    def _read(self) -> Mapping[str, OAuthClient]:
        if self._config.oauth_clients_secret_arn is None:
            return parse(self._config.oauth_clients or "{}", local=self._config.stage == "local")
        try:
            text = self._read_secret(self._config.oauth_clients_secret_arn)
        except ClientsUnavailable:
            if self._known is None:
                raise
            return self._known
        return parse(text, local=self._config.stage == "local")


def parse(text: str, *, local: bool) -> dict[str, OAuthClient]:
    """Read registrations: ``{"x": {"clientId": "...", "clientSecret": "..."}}``.

    Each may have ``scopes``, a list, and ``server`` where ``local``.

    Raises:
        BadConfiguration: it is no such thing; no value is repeated, because they are secret.
    """
    try:
        registrations = _Registrations.validate_python(json.loads(text))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'][:2]))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise BadConfiguration(f"OAUTH_CLIENTS: {problems}") from None
    except ValueError:
        raise BadConfiguration("OAUTH_CLIENTS: it is no JSON") from None
    elsewhere = [platform for platform, registration in registrations.items() if registration.server is not None]
    if elsewhere and not local:
        # It would send people, and our secrets, to whatever stands there in the platform's place.
        raise BadConfiguration(f"OAUTH_CLIENTS: server may be set in STAGE local only, not for {', '.join(elsewhere)}")
    return {platform: registration.client() for platform, registration in registrations.items()}


def _from_secrets_manager(arn: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    from minutehand.runtime import aws

    try:
        return str(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise ClientsUnavailable("The registrations at the platforms cannot be read now.") from error

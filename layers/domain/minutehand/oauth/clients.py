"""Reads the OAuth clients of this deployment, with their ids and secrets, and caches them for 5 minutes."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from minutehand.platforms.catalog import PROVIDERS, display_name
from minutehand.platforms.oauth2.provider import OAuthClient
from minutehand.runtime.config import BadConfiguration, message_of
from minutehand.runtime.errors import Conflict

if TYPE_CHECKING:
    from minutehand.oauth.configs.clients import ClientsConfig

CACHE_SECONDS = 300.0
"""The time after which the secret is read again, so that changes to the secret take effect."""


class ClientsUnavailable(Exception):
    """The secret with the OAuth clients cannot be read now."""


def _platform(name: str) -> str:
    if name not in PROVIDERS:
        raise ValueError(f"The operator registers no OAuth client under this key. Use one of {', '.join(PROVIDERS)}.")
    return name


_Scope = Annotated[str, Field(pattern=r"^[!#-+\--\[\]-~]+$")]
"""A scope as defined in RFC 6749, but without commas, because commas separate scopes on some platforms."""


class _Registration(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )

    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    scopes: list[_Scope] | None = Field(default=None, min_length=1)
    metrics: bool = False
    server: str | None = None

    def client(self) -> OAuthClient:
        scopes = None if self.scopes is None else tuple(self.scopes)
        return OAuthClient(self.client_id, self.client_secret, self.server, scopes, self.metrics)


_Registrations = TypeAdapter(dict[Annotated[str, AfterValidator(_platform)], _Registration])


class Clients:
    """The OAuth clients of all platforms. This object is thread-safe."""

    def __init__(
        self,
        config: "ClientsConfig",
        read_secret: Callable[[str], str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create a reader of the clients from the source that ``config`` names.

        ``read_secret`` returns the value of the secret with a given ARN. ``monotonic`` returns the seconds of a
        monotonic clock.
        """
        self._config = config
        self._read_secret = read_secret or _from_secrets_manager
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: Mapping[str, OAuthClient] | None = None
        self._read_at = 0.0

    def get(self, platform: str) -> OAuthClient | None:
        """Return the OAuth client for ``platform``, or None if no client is registered.

        Raises:
            ClientsUnavailable: the secret cannot be read now and has not been read before.
            BadConfiguration: the configured clients are not valid; see `parse`.
        """
        with self._lock:
            if self._known is None or self._monotonic() - self._read_at > CACHE_SECONDS:
                self._known = self._read()
                self._read_at = self._monotonic()
            return self._known.get(platform)

    def require(self, platform: str) -> OAuthClient:
        """Return the OAuth client for ``platform``.

        Raises:
            Conflict: no client is registered, or the clients cannot be read now.
            BadConfiguration: the configured clients are not valid; see `parse`.
        """
        name = display_name(platform)
        try:
            client = self.get(platform)
        except ClientsUnavailable as error:
            raise Conflict(str(error) + " Try again in a few seconds.", code="clients_unavailable") from error
        if client is None:
            sentence = (
                f"This deployment has no OAuth client for {name}. The operator has to register an app at {name} and "
                f'store its id and secret under "{platform}" in the secret that OAuthClientsSecretArn names.'
            )
            raise Conflict(sentence, code="not_registered")
        return client

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
    """Return the clients in ``text``, which is JSON such as ``{"x": {"clientId": "...", "clientSecret": "..."}}``.

    Each client may have ``scopes``, which is a list, and ``metrics``, which is true or false. If ``local`` is true, a
    client may also have ``server``.

    Raises:
        BadConfiguration: ``text`` is not JSON of this form. The message does not repeat the values, because they are
        secret.
    """
    try:
        registrations = _Registrations.validate_python(json.loads(text))
    except ValidationError as error:
        problems = " ".join(
            f"{'.'.join(map(str, problem['loc'][:2]))}: {message_of(problem)}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise BadConfiguration(f"OAUTH_CLIENTS: {problems}") from None
    except ValueError:
        raise BadConfiguration(
            "The OAuth clients are not valid JSON. Correct OAUTH_CLIENTS, or the secret that OAUTH_CLIENTS_SECRET_ARN "
            "names."
        ) from None
    redirected = [platform for platform, registration in registrations.items() if registration.server is not None]
    if redirected and not local:
        # Browsers and the client secret are sent to this server instead of the platform.
        raise BadConfiguration(
            f"OAUTH_CLIENTS: server is set for {', '.join(redirected)}, but is allowed only at the stage local. Remove "
            "server."
        )
    return {platform: registration.client() for platform, registration in registrations.items()}


def _from_secrets_manager(arn: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    from minutehand.runtime import aws

    try:
        return str(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise ClientsUnavailable("The OAuth clients could not be read.") from error

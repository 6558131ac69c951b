from typing import Self

from pydantic import Field, model_validator

from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.runtime.config import Stage


class ClientsConfig(ApiVersionsConfig):
    """The versions of the platforms' APIs, and the source of the OAuth clients.

    The source is an environment variable, as on the local stage, or a secret in Secrets Manager. If neither is set,
    no platform has a client.
    """

    stage: Stage
    oauth_clients: str | None = Field(default=None, repr=False)
    oauth_clients_secret_arn: str | None = None

    @model_validator(mode="after")
    def _one_at_most(self) -> Self:
        if self.oauth_clients is not None and self.oauth_clients_secret_arn is not None:
            raise ValueError("OAUTH_CLIENTS and OAUTH_CLIENTS_SECRET_ARN are both set. Remove one of them.")
        return self

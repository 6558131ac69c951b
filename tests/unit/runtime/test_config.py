"""Configuration: the variables that are read, their defaults, and the errors for invalid values."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.redirect_uris import RedirectUrisConfig
from minutehand.publishing.config import PublisherConfig
from minutehand.runtime.authentication import AuthenticationConfig
from minutehand.runtime.config import BadConfiguration, Config, DatabaseConfig
from minutehand.runtime.configs.queue import MAX_SEND_LEAD_SECONDS, QueueConfig

DATABASE = {"DATABASE_URL": "postgresql://minutehand:s3cret@db/minutehand"}
QUEUE = DATABASE | {"PUBLISH_QUEUE_URL": "https://sqs.example/1/publish"}


def refusal(config: type[Config], environ: Mapping[str, str]) -> str:
    with pytest.raises(BadConfiguration) as refused:
        config.from_environ(environ)
    return str(refused.value)


def test_missing_variable_has_its_default() -> None:
    config = QueueConfig.from_environ(QUEUE)
    assert (config.horizon, config.send_lead) == (timedelta(seconds=120), timedelta(seconds=3))
    assert config.unconnected_platforms == "reject"


def test_variable_is_read_with_its_type() -> None:
    config = PublisherConfig.from_environ(
        QUEUE
        | {
            "HORIZON_SECONDS": "900",
            "SEND_LEAD_SECONDS": "0",
            "UNCONNECTED_PLATFORMS": "sandbox",
            "SANDBOX_URL": "http://127.0.0.1:5461/sandbox/posts",
            "STAGE": "local",
            "TOKEN_KEY_ID": "alias/tokens",
            "MEDIA_FROM_PRIVATE_NETWORKS": "true",
            "PATH": "/usr/bin",
        }
    )
    assert (config.horizon, config.send_lead) == (timedelta(minutes=15), timedelta(0))
    assert (config.unconnected_platforms, config.media_from_private_networks) == ("sandbox", True)
    assert config.sandbox_url == "http://127.0.0.1:5461/sandbox/posts"


def test_empty_variable_counts_as_missing() -> None:
    config = PublisherConfig.from_environ(
        QUEUE
        | {"STAGE": "prod", "TOKEN_KEY_ID": "k", "SANDBOX_URL": "", "HORIZON_SECONDS": "", "DATABASE_SECRET_ARN": ""}
    )
    assert (config.sandbox_url, config.horizon_seconds, config.database_secret_arn) == (None, 120, None)


@pytest.mark.parametrize(
    "environ", [{}, {"DATABASE_URL": ""}, DATABASE | {"DATABASE_SECRET_ARN": "arn:aws:secretsmanager:x"}]
)
def test_database_is_set_in_exactly_one_way(environ: dict[str, str]) -> None:
    assert refusal(DatabaseConfig, environ) == "Set either DATABASE_URL or DATABASE_SECRET_ARN, not both."


@pytest.mark.parametrize(
    ("config", "environ", "sentence"),
    [
        (
            AuthenticationConfig,
            DATABASE | {"AUTH_MODE": "oidc"},
            "AUTH_MODE is oidc, which requires OIDC_ISSUER and OIDC_AUDIENCE. Set both variables.",
        ),
        (
            ClientsConfig,
            {"OAUTH_CLIENTS": "{}", "OAUTH_CLIENTS_SECRET_ARN": "arn:aws:secretsmanager:x"},
            "OAUTH_CLIENTS and OAUTH_CLIENTS_SECRET_ARN are both set. Remove one of them.",
        ),
        (
            RedirectUrisConfig,
            {"API_URL": "http://api.example.com"},
            (
                "API_URL contains an invalid URL. Use complete https URLs without a fragment. At the stage local, http "
                "is also allowed."
            ),
        ),
    ],
    ids=["authentication", "clients", "redirects"],
)
def test_error_about_several_variables_names_only_these_variables(
    config: type[Config], environ: dict[str, str], sentence: str
) -> None:
    assert refusal(config, environ | {"STAGE": "prod"}) == sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HORIZON_SECONDS", "59"),
        ("HORIZON_SECONDS", "901"),
        ("HORIZON_SECONDS", "soon"),
        ("SEND_LEAD_SECONDS", "-1"),
        ("SEND_LEAD_SECONDS", str(MAX_SEND_LEAD_SECONDS + 1)),
        ("UNCONNECTED_PLATFORMS", "maybe"),
    ],
)
def test_invalid_value_is_refused_with_the_name_of_its_variable(variable: str, value: str) -> None:
    assert refusal(QueueConfig, QUEUE | {variable: value}).startswith(f"{variable}: ")


def test_error_names_every_invalid_variable() -> None:
    sentence = refusal(PublisherConfig, DATABASE | {"HORIZON_SECONDS": "x"})
    assert all(name in sentence for name in ("PUBLISH_QUEUE_URL", "TOKEN_KEY_ID", "HORIZON_SECONDS"))


def test_secrets_are_not_repeated() -> None:
    config = DatabaseConfig.from_environ(DATABASE)
    assert "s3cret" not in repr(config)
    both = DATABASE | {"DATABASE_SECRET_ARN": "arn:s3cret"}
    assert "s3cret" not in refusal(DatabaseConfig, both)

"""What the tests of all platforms expect of each platform. The module ``tests/platforms/<key>.py`` defines it.

A platform without such a module fails these tests.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from importlib import import_module
from typing import Any

from minutehand.platforms.choices import Choice
from minutehand.platforms.port import PublishError
from tests.support.oauth import Answer


@dataclass(frozen=True, slots=True)
class ExpectedMetrics:
    """The metrics of posts on a simulated platform."""

    names: Mapping[str, tuple[str, tuple[float, ...]]]
    """The platform's own name for each metric, and the shares of the views that it adds."""
    _: KW_ONLY
    step: str
    """The step of the simulator that returns the metrics of posts."""
    renamed: tuple[str, str, str] | None
    """A name in the response, another name for it, and the metric that it stands for. None if the simulated platform
    cannot use another name.
    """
    posts_in_call: int = 1
    """The maximum number of posts that one call returns."""
    calls: int = 1
    """The number of calls for these posts, if some of them are older than 30 days."""
    needs_scope: bool = False
    """Whether the platform refuses the metrics of posts without a scope."""
    unknown_id: str = "7"
    """The id of a post that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedChoices:
    """The values that a platform lists for the options of an account."""

    responses: Mapping[str, Answer]
    """The responses of the platform, keyed by method and URL."""
    read: Mapping[str, Sequence[Choice]]
    """The values that are read from these responses."""
    failures: Sequence[tuple[Mapping[str, Answer], type[PublishError], str]]
    """Responses that are errors, each with its class and its code."""
    simulated: Mapping[str, Mapping[str, str]]
    """The values and the labels of the simulated platform."""
    account: str = "demo"
    """The name of the simulated account that has these values."""


@dataclass(frozen=True, slots=True)
class ExpectedConsent:
    """The authorization server of a platform. The values of an error are its status, and a path in its body with the
    value there.
    """

    authorize: str
    token: str
    scope: str
    me: str
    """The call that returns the account."""
    name_path: tuple[str | int, ...]
    """The path of the account's name in the response of ``me``."""
    expired: tuple[int, str, Any]
    _: KW_ONLY
    rotates: bool | None
    """Whether each refresh replaces the refresh token, or None if the platform issues no refresh tokens."""
    revoke: str | None
    """The path of the endpoint that revokes a token, or None if the tests revoke no token there."""
    basic: bool = False
    client_id_field: str = "client_id"
    pkce: bool = False
    """Whether the app sends a code challenge."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the consent page."""
    code_error: tuple[int, str, Any] = (400, "error", "invalid_grant")
    refresh_error: tuple[int, str, Any] = (400, "error", "invalid_grant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The expectations of one platform."""

    max_text: int
    """The limit for the text of a post."""
    counting: str
    """The rule by which the platform counts, in tests/data/text_lengths.json."""
    max_comment: int | None = None
    """The limit for comments, if it differs from the limit for posts."""
    home_url: str | None
    """The first page of the website, or None if each server has its own website."""
    profiles: Mapping[tuple[str, str], str | None]
    """The public pages of accounts on the server https://kaffee.example, keyed by the id and the handle of the account.
    """
    metrics: ExpectedMetrics
    choices: ExpectedChoices | None = None
    """None if no option has values that depend on the account."""
    parent_not_found: tuple[int, Any] | None = None
    """The status and the body of the response to a reply whose parent the platform does not find. None if replies are
    not accepted, or are accepted without a parent.
    """
    consent: ExpectedConsent | None = None
    """None if accounts are connected only with credentials."""
    credentials: Callable[[str, str, str], Mapping[str, str]] | None = None
    """Return the fields of ``POST connections`` for a server, an account and its secret. None if accounts are connected
    only with consent.
    """


def expected_of(platform: str) -> Expected:
    """Return the expectations of ``platform``."""
    found: Expected = import_module(f"tests.platforms.{platform}").expected
    return found

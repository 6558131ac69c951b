"""The supported platforms, with the facts that are needed before a platform's package is imported.

The package ``minutehand.platforms.<key>`` defines the following objects under fixed names: ``adapter`` in the module
``adapter``, ``rulebook`` in ``rules``, ``reader`` in ``metrics``, and ``provider`` in ``oauth`` or ``connector`` in
``connector``, or both.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any, Literal, NamedTuple

from minutehand.platforms.website import Website
from minutehand.runtime.response_types import JsonSchema


class Platform(NamedTuple):
    """A supported platform: its appearance, its website, how accounts are connected, and how metrics are read."""

    name: str
    """The display name."""
    monogram: str
    """One or two letters that stand for the platform where its name does not fit."""
    color: str
    """The colour of the monogram's tile, as six hexadecimal digits after a ``#``. White text on it is readable."""
    website: Website
    """The platform's own pages for people."""
    oauth_client: Literal["operator", "server", "none"] = "operator"
    """The OAuth client with which accounts are connected: a client that the operator registers, a client that
    Minutehand registers with the account's server (``server``), or none. Without an operator's client, accounts can be
    connected with credentials.
    """
    self_renewing: bool = False
    """Whether an access token can be exchanged for a new one without a refresh token."""
    revocation: Literal["none", "token", "consent"] = "none"
    """The access that the revocation of a token ends: the grant to which the token belongs (``token``), or all access
    of the app to the account, including grants to other owners (``consent``). ``none``: Minutehand does not revoke the
    platform's tokens.
    """
    user_servers: bool = False
    """Whether each user states the address of the account's server. Such a server may be slow or hostile."""
    metrics_batch: int = 10
    """The maximum number of posts whose metrics are read together. If one call returns the metrics of several posts,
    this is the maximum for one call.
    """
    metrics_scopes: tuple[str, ...] = ()
    """The scopes that only metrics need. The operator states for each OAuth client whether the platform has granted
    them.
    """
    comments_have_metrics: bool = False
    """Whether the later parts, such as a first comment, have metrics of their own."""
    paid_reads: bool = False
    """Whether the platform charges for reads. If it does, metrics are read only within the operator's budget."""
    api_version: str = ""
    """The version of the platform's API. Empty if the API has no version, or if operators set the version; see
    `api_versions`.
    """
    alias: str | None = None
    """Another name that the API accepts for the platform."""


PLATFORMS = {
    "instagram": Platform(
        "Instagram",
        "Ig",
        "#a8326e",
        Website("https://www.instagram.com", "/{name}/"),
        self_renewing=True,
        metrics_scopes=("instagram_business_manage_insights",),
    ),
    "facebook": Platform(
        "Facebook",
        "Fb",
        "#2f55a4",
        Website("https://www.facebook.com", "/{id}"),
        metrics_scopes=("read_insights",),
    ),
    "linkedin": Platform(
        "LinkedIn",
        "Li",
        "#0a5f9e",
        # The address of a person's page contains a name that LinkedIn does not return.
        Website("https://www.linkedin.com", "/company/{id}/", account_id=r"urn:li:organization:(?P<id>[0-9]+)"),
        metrics_batch=20,
        metrics_scopes=("r_member_postAnalytics", "r_member_profileAnalytics"),
    ),
    "x": Platform(
        "X",
        "X",
        "#2b3234",
        Website("https://x.com", "/{name}"),
        revocation="token",
        metrics_batch=100,
        comments_have_metrics=True,
        paid_reads=True,
        api_version="2",
        alias="twitter",
    ),
    "tiktok": Platform(
        "TikTok",
        "Tk",
        "#0b6b6f",
        # If TikTok omits the name, the handle is the id, which has no "@".
        Website("https://www.tiktok.com", "/@{name}", handle="@(?P<name>.+)"),
        revocation="consent",
        metrics_batch=20,
        metrics_scopes=("user.info.stats",),
        api_version="v2",
    ),
    "youtube": Platform(
        "YouTube",
        "Yt",
        "#b3261e",
        Website("https://www.youtube.com", "/channel/{id}"),
        revocation="consent",
        metrics_batch=50,
        api_version="v3",
    ),
    "threads": Platform(
        "Threads",
        "Th",
        "#46474f",
        Website("https://www.threads.com", "/@{name}"),
        self_renewing=True,
        metrics_scopes=("threads_manage_insights",),
        comments_have_metrics=True,
        api_version="v1.0",
    ),
    "bluesky": Platform(
        "Bluesky",
        "Bs",
        "#1565c0",
        Website("https://bsky.app", "/profile/{name}"),
        oauth_client="none",
        user_servers=True,
        metrics_batch=25,
        comments_have_metrics=True,
    ),
    "mastodon": Platform(
        "Mastodon",
        "Ma",
        "#5a4fcf",
        Website(None, "/@{name}", handle="@(?P<name>[^@/]+)@.+"),
        oauth_client="server",
        revocation="token",
        user_servers=True,
        metrics_batch=20,
        comments_have_metrics=True,
    ),
    "pinterest": Platform(
        "Pinterest",
        "Pi",
        "#99243f",
        Website("https://www.pinterest.com", "/{name}/"),
        revocation="consent",
        api_version="v5",
    ),
}
"""The platforms, each under its key. The API uses the key as the platform's name, and the package has the same name."""
DISPLAY_NAMES = {key: platform.name for key, platform in PLATFORMS.items()}
PlatformKey = Annotated[str, JsonSchema({"title": "Platform", "type": "string", "enum": list(DISPLAY_NAMES)})]
"""The key of a platform, as the OpenAPI document describes it."""
PROVIDERS = sorted(key for key, platform in PLATFORMS.items() if platform.oauth_client == "operator")
"""The platforms on which the operator registers an OAuth client."""
REGISTERING = sorted(key for key, platform in PLATFORMS.items() if platform.oauth_client == "server")
"""The platforms with whose servers Minutehand registers OAuth clients."""
AUTHORIZABLE = sorted([*PROVIDERS, *REGISTERING])
"""The platforms whose accounts can be connected with OAuth."""
CONNECTORS = sorted(key for key, platform in PLATFORMS.items() if platform.oauth_client != "operator")
"""The platforms whose accounts can be connected with credentials."""
REVOCABLE = frozenset(key for key, platform in PLATFORMS.items() if platform.revocation != "none")
"""The platforms whose tokens Minutehand revokes."""
SEPARATE_GRANTS = frozenset(key for key, platform in PLATFORMS.items() if platform.revocation == "token")
"""The platforms on which the revocation of a token does not end the access of another owner to the same account."""
ALIASES = {platform.alias: key for key, platform in PLATFORMS.items() if platform.alias}


def display_name(platform: str) -> str:
    """Return the display name of ``platform``, or ``platform`` itself if the key is unknown."""
    return DISPLAY_NAMES.get(platform, platform)


def platform_key(name: str) -> str:
    """Return the key of the platform called ``name``, or ``name`` in lower case if there is no such platform."""
    plain = name.strip().lower()
    return ALIASES.get(plain, plain)


def joined_names(platforms: Iterable[str]) -> str:
    """Return the display names of ``platforms``, at least two, joined with commas and "and"."""
    *names, last = map(display_name, platforms)
    return f"{', '.join(names)} and {last}"


def load_attribute(platform: str, module: str, name: str) -> Any:
    """Return the attribute ``name`` of a module in the package of ``platform``, which must be a key of `PLATFORMS`."""
    return getattr(import_module(f"minutehand.platforms.{platform}.{module}"), name)

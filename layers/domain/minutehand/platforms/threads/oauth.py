"""The OAuth provider for Threads accounts."""

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.meta.oauth import LongLivedTokenProvider

provider = LongLivedTokenProvider(
    platform="threads",
    authorization_endpoint="https://threads.net/oauth/authorize",
    token_endpoint="https://graph.threads.net/oauth/access_token",  # noqa: S106 (a URL)
    api="https://graph.threads.net",
    version=lambda: PLATFORMS["threads"].api_version,
    grant_prefix="th",
    scopes=("threads_basic", "threads_content_publish", "threads_manage_replies", "threads_read_replies"),
    required_scopes=frozenset(["threads_basic", "threads_content_publish"]),
    id_field="id",
)

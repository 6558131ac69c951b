"""The OAuth provider for Threads accounts."""

from minutehand.platforms.meta.oauth import LongLivedTokenProvider
from minutehand.platforms.meta.versions import THREADS_VERSION

provider = LongLivedTokenProvider(
    platform="threads",
    authorization_endpoint="https://threads.net/oauth/authorize",
    token_endpoint="https://graph.threads.net/oauth/access_token",  # noqa: S106 (a URL)
    api="https://graph.threads.net",
    version=THREADS_VERSION,
    grant_prefix="th",
    scopes=("threads_basic", "threads_content_publish", "threads_manage_replies", "threads_read_replies"),
    required_scopes=frozenset(["threads_basic", "threads_content_publish"]),
    id_field="id",
)

"""The OAuth provider for professional Instagram accounts that log in to Instagram, without a Facebook Page."""

from minutehand.platforms.api_versions import graph_api_version
from minutehand.platforms.meta.oauth import LongLivedTokenProvider

provider = LongLivedTokenProvider(
    platform="instagram",
    authorization_endpoint="https://www.instagram.com/oauth/authorize",
    token_endpoint="https://api.instagram.com/oauth/access_token",  # noqa: S106 (a URL)
    api="https://graph.instagram.com",
    version=graph_api_version,
    grant_prefix="ig",
    scopes=("instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments"),
    required_scopes=frozenset(["instagram_business_basic", "instagram_business_content_publish"]),
    id_field="user_id",
)

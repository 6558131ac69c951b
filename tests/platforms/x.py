from tests.support.expected import Expected, ExpectedConsent, ExpectedMetrics

expected = Expected(
    max_text=280,
    counting="weighted, URLs as 23",
    home_url="https://x.com/",
    profiles={("1", "@tide"): "https://x.com/tide", ("1", "@a/../b"): "https://x.com/a%2F..%2Fb"},
    metrics=ExpectedMetrics(
        {
            "impressions": ("impression_count", (1.0,)),
            "reactions": ("like_count", (0.1,)),
            "comments": ("reply_count", (0.03,)),
            "reposts": ("retweet_count+quote_count", (0.02, 0.01)),
            "saves": ("bookmark_count", (0.02,)),
            "clicks": ("url_link_clicks", (0.04,)),
            "user_profile_clicks": ("user_profile_clicks", (0.01,)),
        },
        step="lookup",
        posts_in_call=100,
        calls=2,
        renamed=("like_count", "favor_count", "reactions"),
    ),
    parent_not_found=(
        403,
        {
            "title": "Forbidden",
            "detail": "You attempted to reply to a Tweet that is deleted or not visible.",
        },
    ),
    consent=ExpectedConsent(
        "/i/oauth2/authorize",
        "/2/oauth2/token",
        "tweet.read tweet.write users.read media.write offline.access",
        "/2/users/me",
        ("data", "username"),
        (401, "title", "Unauthorized"),
        rotates=True,
        revoke="/2/oauth2/revoke",
        basic=True,
        pkce=True,
        code_error=(400, "error_description", "Value passed for the authorization code was invalid."),
        refresh_error=(400, "error_description", "Value passed for the token was invalid."),
    ),
)

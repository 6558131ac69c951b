from tests.support.expected import Expected, ExpectedConsent, ExpectedMetrics

expected = Expected(
    max_text=500,
    counting="graphemes, URLs as 23",
    home_url=None,
    profiles={("1@kaffee.example", "@tide@kaffee.example"): "https://kaffee.example/@tide"},
    metrics=ExpectedMetrics(
        {
            "reactions": ("favourites_count", (0.1,)),
            "comments": ("replies_count", (0.03,)),
            "reposts": ("reblogs_count+quotes_count", (0.02, 0.01)),
        },
        step="lookup",
        posts_in_call=20,
        renamed=("favourites_count", "favors_count", "reactions"),
    ),
    parent_not_found=(404, {"error": "The post you are trying to reply to does not appear to exist."}),
    consent=ExpectedConsent(
        "/oauth/authorize",
        "/oauth/token",
        "read write",
        "/api/v1/accounts/verify_credentials",
        ("username",),
        (401, "error", "The access token was revoked"),
        rotates=None,
        revoke="/oauth/revoke",
        pkce=True,
    ),
    credentials=lambda server, account, secret: {"instance": server, "accessToken": secret},
)

from tests.support.expected import Expected, ExpectedConsent, ExpectedMetrics

expected = Expected(
    max_text=500,
    counting="emoji_bytes",
    home_url="https://www.threads.com/",
    profiles={("1", "@tide"): "https://www.threads.com/@tide"},
    metrics=ExpectedMetrics(
        {
            "views": ("views", (1.0,)),
            "reactions": ("likes", (0.1,)),
            "comments": ("replies", (0.03,)),
            "reposts": ("reposts+quotes", (0.02, 0.01)),
            "shares": ("shares", (0.02,)),
        },
        step="insights",
        # Meta refuses the call. The other metrics are then read one by one.
        renamed=("likes", "favors", "reactions"),
        needs_scope=True,
    ),
    parent_not_found=(
        400,
        {"error": {"message": "Object with ID '1' does not exist.", "code": 100, "error_subcode": 33}},
    ),
    consent=ExpectedConsent(
        "/oauth/authorize",
        "/oauth/access_token",
        "threads_basic,threads_content_publish",
        "/v1.0/me",
        ("username",),
        (400, "error.code", 190),
        rotates=None,
        revoke=None,
        code_error=(400, "error_type", "OAuthException"),
    ),
)

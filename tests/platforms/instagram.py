from tests.support.expected import Expected, ExpectedConsent, ExpectedMetrics

expected = Expected(
    max_text=2_200,
    counting="characters",
    home_url="https://www.instagram.com/",
    profiles={("1", "@tide"): "https://www.instagram.com/tide/"},
    metrics=ExpectedMetrics(
        {
            "views": ("views", (1.0,)),
            "reach": ("reach", (0.7,)),
            "reactions": ("likes", (0.1,)),
            "comments": ("comments", (0.03,)),
            "shares": ("shares", (0.02,)),
            "reposts": ("reposts", (0.01,)),
            "saves": ("saved", (0.02,)),
            "follows": ("follows", (0.01,)),
            "profile_visits": ("profile_visits", (0.02,)),
            "total_interactions": ("total_interactions", (0.18,)),
        },
        step="insights",
        calls=2,
        # Meta refuses the call. The other metrics are then read one by one.
        renamed=("saved", "kept", "saves"),
        needs_scope=True,
    ),
    parent_not_found=(
        400,
        {"error": {"message": "Object with ID '1' does not exist.", "code": 100, "error_subcode": 33}},
    ),
    consent=ExpectedConsent(
        "/oauth/authorize",
        "/oauth/access_token",
        "instagram_business_basic,instagram_business_content_publish",
        "/v26.0/me",
        ("username",),
        (400, "error.code", 190),
        rotates=None,
        revoke=None,
        code_error=(400, "error_type", "OAuthException"),
    ),
)

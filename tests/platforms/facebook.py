from tests.support.expected import Expected, ExpectedConsent, ExpectedMetrics

expected = Expected(
    max_text=63_206,
    counting="characters",
    max_comment=8_000,
    home_url="https://www.facebook.com/",
    profiles={("12", "Tide Coffee"): "https://www.facebook.com/12"},
    metrics=ExpectedMetrics(
        {
            "views": ("post_media_view", (1.0,)),
            "reach": ("post_total_media_view_unique", (0.7,)),
            "clicks": ("post_clicks", (0.04,)),
            "reposts": ("shares", (0.02,)),
        },
        step="insights",
        calls=2,
        # Meta refuses the call. The other metrics are then read one by one.
        renamed=("post_clicks", "post_taps", "clicks"),
    ),
    parent_not_found=(
        400,
        {"error": {"message": "Object with ID '1' does not exist.", "code": 100, "error_subcode": 33}},
    ),
    consent=ExpectedConsent(
        "/v26.0/dialog/oauth",
        "/v26.0/oauth/access_token",
        "pages_show_list,pages_manage_posts",
        "/v26.0/me/accounts",
        ("data", 0, "name"),
        (400, "error.code", 190),
        rotates=None,
        revoke=None,
        code_error=(400, "error.code", 100),
    ),
)

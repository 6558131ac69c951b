from tests.support.expected import Expected, ExpectedMetrics

expected = Expected(
    max_text=300,
    counting="graphemes",
    home_url="https://bsky.app/",
    profiles={("did:plc:1", "tide.example"): "https://bsky.app/profile/tide.example"},
    metrics=ExpectedMetrics(
        {
            "reactions": ("likeCount", (0.1,)),
            "comments": ("replyCount", (0.03,)),
            "reposts": ("repostCount+quoteCount", (0.02, 0.01)),
            "saves": ("bookmarkCount", (0.02,)),
        },
        step="getPosts",
        posts_in_call=25,
        renamed=("likeCount", "favorCount", "reactions"),
        unknown_id="at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3aaaaaaaaaaaa",
    ),
    credentials=lambda server, account, secret: {
        "service": server,
        "identifier": f"{account.replace('_', '-')}.example",
        "appPassword": secret,
    },
)

import pytest

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.port import Content
from minutehand.platforms.sandbox_rules import problems, x_length


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_every_platform_has_limits(platform: str) -> None:
    assert problems(platform, Content("The kiln is warm.")) == []
    assert problems(platform, Content("x" * 100_000))


@pytest.mark.parametrize(
    ("platform", "limit", "sentence"),
    [
        ("x", 280, "The text counts 281 characters; X allows 280."),
        ("threads", 500, "The text counts 501 characters; Threads allows 500."),
        ("instagram", 2200, "The text counts 2201 characters; Instagram allows 2200."),
        ("mastodon", 500, "The text counts 501 characters; this Mastodon server allows 500."),
    ],
)
def test_what_just_fits_is_accepted_and_one_more_is_not(platform: str, limit: int, sentence: str) -> None:
    assert problems(platform, Content("x" * limit)) == []
    assert problems(platform, Content("x" * (limit + 1))) == [sentence]


def test_too_many_media_are_named() -> None:
    assert problems("instagram", Content("x", ("u",) * 10)) == []
    assert problems("instagram", Content("x", ("u",) * 11)) == ["The post has 11 media files; Instagram allows 10."]


@pytest.mark.parametrize(
    ("text", "length"),
    [("abc", 3), ("窯", 2), ("e\u0301", 1), ("https://example.org/a/long/path ok", 26), ("“x”", 3)],
)
def test_x_counts_by_weight(text: str, length: int) -> None:
    assert x_length(text) == length

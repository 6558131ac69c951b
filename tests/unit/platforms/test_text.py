import pytest

from minutehand.platforms.text import graphemes, urls


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("e\u0301", 1), ("👩‍👩‍👧‍👦", 1), ("🇩🇪🇫🇷", 2), ("窯が", 2), ("\r\n", 1)],
)
def test_graphemes_are_what_a_reader_counts(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://ex.am.", ["https://ex.am"]),
        ("(https://ex.am/a_(b))", ["https://ex.am/a_(b)"]),
        ("https://ex.am/a?b=c&d=e#f!", ["https://ex.am/a?b=c&d=e#f"]),
        ("HTTPS://EX.AM and http://b.example/ü", ["HTTPS://EX.AM", "http://b.example/ü"]),
        ("窯https://ex.am", []),
        ("“https://ex.am”", ["https://ex.am"]),
        ("https:// nothing", []),
        ("ftp://ex.am example.org", []),
    ],
)
def test_urls_come_without_the_punctuation_around_them(text: str, found: list[str]) -> None:
    spans = list(urls(text))
    assert [span.text for span in spans] == found
    assert all(text[span.start : span.end] == span.text for span in spans)

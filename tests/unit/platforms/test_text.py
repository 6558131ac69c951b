import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from minutehand.platforms.text import GRAPHEME, count_graphemes, find_urls


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("e\u0301", 1), ("👩‍👩‍👧‍👦", 1), ("🇩🇪🇫🇷", 2), ("🇩🇪🇫", 2), ("窯が", 2), ("\r\n", 1)],
)
def test_graphemes_are_counted_as_a_reader_does(text: str, count: int) -> None:
    assert count_graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://ex.am.", ["https://ex.am"]),
        ("(https://ex.am/a_(b))", ["https://ex.am/a_(b)"]),
        ("https://ex.am/a?b=c&d=e#f!", ["https://ex.am/a?b=c&d=e#f"]),
        ("HTTPS://EX.AM and http://b.example/ü", ["HTTPS://EX.AM", "http://b.example/ü"]),
        ("窯https://ex.am", ["https://ex.am"]),
        ("schönhttps://ex.am", []),
        ("見て：https://ex.am/窯。次の", ["https://ex.am/窯"]),  # noqa: RUF001 (a colon of that script)
        ("「https://ex.am/a」（https://ex.am/b）", ["https://ex.am/a", "https://ex.am/b"]),  # noqa: RUF001
        ("“https://ex.am”", ["https://ex.am"]),
        ("https:// nothing", []),
        ("\u202ahttps://ex.am/a\u202c \u2068https://ex.am\u2069.", ["https://ex.am/a", "https://ex.am"]),
        ("https://ex.am/نیم\u200cفاصله", ["https://ex.am/نیم\u200cفاصله"]),  # noqa: RUF001
        ("ftp://ex.am example.org", []),
    ],
)
def test_urls_are_found_without_the_surrounding_punctuation(text: str, found: list[str]) -> None:
    spans = list(find_urls(text))
    assert [span.text for span in spans] == found
    assert all(text[span.start : span.end] == span.text for span in spans)


def trimmed(url: str) -> str:
    """Return ``url`` without punctuation at its end: a simple implementation of what `find_urls` does."""
    while url:
        opening = {")": "(", "]": "[", "}": "{"}.get(url[-1])
        closes_more = opening is not None and url.count(url[-1]) > url.count(opening)
        if url[-1] not in ".,;:!?'\"\u2026\u00bb\u201d\u2019*" and not closes_more:
            break
        url = url[:-1]
    return url


@given(st.text(alphabet="a().[]{},!?\u201d/", max_size=30))
def test_url_ends_before_unbalanced_brackets_and_punctuation(rest: str) -> None:
    wanted = trimmed("https://a" + rest)

    assert [span.text for span in find_urls("https://a" + rest)] == ([wanted] if len(wanted) > len("https://") else [])


@given(st.text(alphabet="🇩🇪a\u0301\u0903\u200d👍🏽\r\n", max_size=12))
def test_flags_are_paired_from_the_first_letter(text: str) -> None:
    assert GRAPHEME.findall(text) == regex.findall(r"\X", text)


@given(st.text(alphabet="ab \r\n\t1", max_size=30))
def test_ascii_text_is_counted_like_any_other(text: str) -> None:
    assert count_graphemes(text) == len(regex.findall(r"\X", text))


@pytest.mark.parametrize("text", ["https://" + ")" * 100_000, "https://a" + "(" * 50_000 + ")" * 50_001 + "." * 1_000])
def test_urls_of_a_long_text_are_found_in_linear_time(text: str) -> None:
    """Quadratic time would mean a minute."""
    assert len(list(find_urls(text))) == int(text[8] == "a")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutehand.platforms.bluesky.richtext import facets, mentions

DIDS = {"ada.example": "did:plc:ada", "b-c.bsky.social": "did:plc:bc"}


def found(text: str) -> list[tuple[str, str]]:
    raw = text.encode()
    result = []
    for facet in facets(text, DIDS):
        [feature] = facet["features"]
        piece = raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        result.append((piece, feature.get("uri") or feature.get("did") or feature.get("tag")))
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", []),
        ("👩‍👩‍👧‍👦 https://ex.am/窯 🔥", [("https://ex.am/窯", "https://ex.am/窯")]),
        ("窯 @ada.example!", [("@ada.example", "did:plc:ada")]),
        ("(@B-C.bsky.social)", [("@B-C.bsky.social", "did:plc:bc")]),
        ("@nobody.example @ada", []),
        ("mail ada@ada.example", []),
        ("https://ex.am/@ada.example", [("https://ex.am/@ada.example", "https://ex.am/@ada.example")]),
        ("https://ex.am/#top #top", [("https://ex.am/#top", "https://ex.am/#top"), ("#top", "top")]),
        ("#töpfern, #2026 #a1! \uff03窯", [("#töpfern", "töpfern"), ("#a1", "a1"), ("\uff03窯", "窯")]),
        ("a#b #", []),
        ("#" + "x" * 64, [("#" + "x" * 64, "x" * 64)]),
        ("#" + "x" * 65, []),
        ("#" + "क्ष्य" * 42, [("#" + "क्ष्य" * 42, "क्ष्य" * 42)]),  # 42 graphemes, 630 bytes
        ("#" + "क्ष्य" * 43, []),  # 645 bytes; Bluesky accepts 640
        # Copied from a page of Bluesky, with marks of the writing direction.
        ("Ask \u202a@ada.example\u202c!", [("@ada.example", "did:plc:ada")]),
        ("@\u202aada.example\u202c", [("@\u202aada.example", "did:plc:ada")]),
        (
            "\u2068@ada.example\u2069 \u200b@b-c.bsky.social\ufeff",
            [("@ada.example", "did:plc:ada"), ("@b-c.bsky.social", "did:plc:bc")],
        ),
        ("@ada.exampleさん", [("@ada.example", "did:plc:ada")]),
        ("\u202ahttps://ex.am/a\u202c", [("https://ex.am/a", "https://ex.am/a")]),
        ("https:///ex.am", []),  # Bluesky would refuse the post
    ],
)
def test_facets_have_utf8_byte_offsets(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see example.com for more", [("example.com", "https://example.com")]),
        ("example.com", [("example.com", "https://example.com")]),
        ("(example.com)", [("example.com", "https://example.com")]),
        ("example.com.", [("example.com", "https://example.com")]),
        ("example.com, example.org!", [("example.com", "https://example.com"), ("example.org", "https://example.org")]),
        ("Example.com/A_(b)?c=d#e.", [("Example.com/A_(b)?c=d#e", "https://Example.com/A_(b)?c=d#e")]),
        ("sub.example.co.uk:8080/a", [("sub.example.co.uk:8080/a", "https://sub.example.co.uk:8080/a")]),
        ("example.com: look", [("example.com", "https://example.com")]),
        ("httpbin.org", [("httpbin.org", "https://httpbin.org")]),
        ("example.comを見て", [("example.com", "https://example.com")]),
        ("\u202aexample.com\u202c", [("example.com", "https://example.com")]),
        ("https://ex.am/(example.com)", [("https://ex.am/(example.com)", "https://ex.am/(example.com)")]),
        # Text that the reference client does not link either.
        *[(text, []) for text in ("Node.js", "e.g. this", "3.14.com", "ada@example.com", "end.Then", "EXAMPLE.COM")],
        *[(text, []) for text in ("my-site.com", "窯example.com", "/example.com", "example.", ".com", "a.b.c")],
        # Text in which the reference client links too much.
        *[(text, []) for text in ("ada.me@example.com", "example.com-b", "example.com_b")],
    ],
)
def test_domain_with_a_known_ending_is_a_link(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ada.example, @ADA.example and @b-c.bsky.social", ["ada.example", "ada.example", "b-c.bsky.social"]),
        ("https://ex.am/@ada.example bsky.app/@ada.example", []),
        ("\u202a@ada.example\u202c", ["ada.example"]),
    ],
)
def test_mentioned_handles_are_in_lower_case_and_not_within_links(text: str, handles: list[str]) -> None:
    assert [handle for _, handle in mentions(text)] == handles


@given(st.text(alphabet=st.sampled_from("a1 @#.:/🔥窯é)(\nhtps-\uff03") | st.characters(exclude_categories=["Cs"])))
def test_facets_never_overlap_or_split_a_character(text: str) -> None:
    raw, end = text.encode(), 0
    for facet in facets(text, {handle: "did:plc:x" for _, handle in mentions(text)}):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(raw)
        assert raw[start:stop].decode()
        end = stop

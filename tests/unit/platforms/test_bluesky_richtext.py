import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutehand.platforms.bluesky.richtext import facets

DIDS = {"ada.example": "did:plc:ada", "b-c.bsky.social": "did:plc:bc"}


def found(text: str) -> list[tuple[str, str]]:
    raw = text.encode()
    result = []
    for facet in facets(text, DIDS.get):
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
    ],
)
def test_facets_have_utf8_byte_offsets(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@given(st.text(alphabet=st.sampled_from("a1 @#.:/🔥窯é)(\nhtps-\uff03") | st.characters(exclude_categories=["Cs"])))
def test_facets_never_overlap_or_split_a_character(text: str) -> None:
    raw, end = text.encode(), 0
    for facet in facets(text, lambda handle: "did:plc:x"):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(raw)
        assert raw[start:stop].decode()
        end = stop

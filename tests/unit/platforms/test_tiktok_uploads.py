"""The chunks of a video on TikTok follow the rules of TikTok's Media Transfer Guide."""

from itertools import pairwise

import pytest

from minutehand.platforms.tiktok.uploads import CHUNK_BYTES, Chunks

MB = 1_000_000
WHOLE = (1, 5 * MB - 1, 5 * MB, 2 * CHUNK_BYTES - 1)
IN_CHUNKS = (2 * CHUNK_BYTES, 50_000_123, 64 * MB, 64 * MB + 1, 66_259_900, 4_000 * MB)


@pytest.mark.parametrize("size", [*WHOLE, *IN_CHUNKS])
def test_chunks_follow_the_guide(size: int) -> None:
    chunks, ends = Chunks(size), [0]
    while ends[-1] < size:
        start, end = chunks.range_at(ends[-1])
        assert start == ends[-1]
        ends.append(end)
    lengths = [end - start for start, end in pairwise(ends)]

    assert chunks.source() == {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": lengths[0],
        "total_chunk_count": len(lengths),
    }
    assert len(lengths) == size // chunks.length <= 1000
    assert all(5 * MB <= length <= 64 * MB for length in lengths[:-1])
    assert lengths[-1] <= 128 * MB
    assert (len(lengths) > 1) or size <= 64 * MB
    assert sum(lengths) == size

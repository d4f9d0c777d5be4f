"""Keywords are found at their place in the line, whatever the encoding and the line breaks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.engine.document import Document

TEXTS = st.text(alphabet="aB \n\r\u2028é\U0001f336", max_size=40)

WANTED = [True]


class Letters:
    """Finds every byte that begins a character."""

    def find(self, low: bytes) -> list[tuple[int, int, int]]:
        return [(0, at, at + 1) for at, byte in enumerate(low) if byte & 0xC0 != 0x80 and byte not in b"\n\r"]


@given(TEXTS, st.data())
def test_places_of_keywords(text: str, data: st.DataObject) -> None:
    doc = Document(text)
    every = [(line, at) for line in doc.standing() for at in range(len(doc.bare[line]))]
    found = {(line, at) for _, line, at in doc.hits(Letters(), WANTED) if 0 <= at < len(doc.bare[line])}
    inner = {(line, at) for line, at in every if doc.bare[line][at] not in "\r\u2028"}
    assert inner <= found <= set(every)
    some = data.draw(st.sets(st.sampled_from(doc.standing())).map(sorted)) if doc.standing() else []
    assert inner & {place for place in every if place[0] in some} <= {
        (line, at) for _, line, at in doc.hits(Letters(), WANTED, some)
    }


@given(TEXTS, st.data())
def test_what_is_taken_and_what_stands_is_the_line(text: str, data: st.DataObject) -> None:
    doc = Document(text)
    line = data.draw(st.sampled_from(range(len(doc.text))))
    for _ in range(3):
        now = doc.text[line]
        a, b = sorted((data.draw(st.integers(0, len(now))), data.draw(st.integers(0, len(now)))))
        (taken,) = doc.take(line, [(a, b)])
        assert "".join(text[start:end] for start, end in taken) == now[a:b]
        assert doc.text[line] == now[:a] + now[b:]

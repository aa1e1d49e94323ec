"""Columns come back as they went: the viewer's own tests read the same forms on the other side."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from itk.renderers.viewer.columns import Words, deltas, ranges, sparse


@given(st.lists(st.integers(-(10**12), 10**12)))
def test_deltas_add_up_to_the_numbers(numbers: list[int]) -> None:
    assert list(accumulate(deltas(numbers))) == numbers


@given(st.lists(st.integers(0, 200)))
def test_ranges_name_each_place_once(places: list[int]) -> None:
    found: list[int] = []
    end = 0
    pairs = ranges(places)
    for skipped, length in zip(pairs[::2], pairs[1::2], strict=True):
        found += range(end + skipped, end + skipped + length)
        end += skipped + length

    assert found == sorted(set(places))
    assert len(pairs) <= 2 * len(set(places))


@given(st.lists(st.none() | st.integers()))
def test_a_sparse_column_has_every_value_at_its_place(values: list[int | None]) -> None:
    column = sparse(values)

    assert dict(zip(accumulate(column["at"]), column["is"], strict=True)) == {
        at: value for at, value in enumerate(values) if value is not None
    }


@given(st.lists(st.text(max_size=3)))
def test_a_word_stands_once(texts: list[str]) -> None:
    words = Words()

    places = [words.of(text) for text in texts]

    assert [words.texts[place] for place in places] == texts
    assert len(set(words.texts)) == len(words.texts)
    assert words.texts[0] == ""

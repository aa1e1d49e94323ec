from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.checks.matching.paths import PathError, look_up, read_path

DOCUMENT = {
    "a": {"b.c": [{"d": 1}, {"d": 2}], "": 0, "7": "seven"},
    "text": '{"inner": {"list": [1, 2]}}',
    "word": "{not json",
    "null": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ('a."b.c"[0].d', 1), ('a."b.c"[-1].d', 2), ('a."b.c".1.d', 2), ("a.7", "seven"), ("a[7]", "seven"),
        ("text.inner.list[1]", 2), ("word.x", None), ("null.x", None), ("a.nothing", None), ('a."b.c"[9].d', None),
        ('a."b.c".d', None), ('a.""', 0),
    ],
)  # fmt: skip
def test_leads_to_the_value(path: str, value: Any) -> None:
    assert look_up(DOCUMENT, read_path(path).steps) == value


@pytest.mark.parametrize(
    "path", ["", ".", "a.", ".a", "a..b", "a[", "a[x]", 'a"b"', "a[0]b", '"open', "a" * 301, "a." * 40 + "a"]
)
def test_what_is_no_path_is_refused_with_a_hint(path: str) -> None:
    with pytest.raises(PathError) as refused:
        read_path(path)
    assert refused.value.what
    assert refused.value.fix


@given(st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=5))
def test_any_name_can_be_written_in_quotes(names: list[str]) -> None:
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    assert read_path(".".join(f'"{name}"' for name in escaped)).steps == tuple(names)


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        steps = read_path(text).steps
    except PathError:
        return
    assert look_up(DOCUMENT, steps) is None or steps

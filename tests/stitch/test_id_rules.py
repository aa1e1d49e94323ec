"""Every kind of id has a class, and everybody who reads the table reads the truth."""

from __future__ import annotations

import re
from typing import get_args

from itk.model.ids import IdKind
from itk.stitch import ownership
from itk.stitch.ownership.rules import CLASSES

KINDS = set(get_args(IdKind))


def test_every_kind_has_one_class() -> None:
    assert set(CLASSES) == KINDS


def test_the_table_of_the_package_says_what_the_code_does() -> None:
    said: dict[str, str] = {}
    class_ = ""
    for row in re.findall(r"^\| (.+?) \| (.+?) \| .*\|$", ownership.__doc__ or "", re.MULTILINE):
        class_ = row[1].strip() or class_
        said |= {kind: class_ for kind in re.findall(r"\w+", row[0]) if kind in KINDS}
    assert said == CLASSES

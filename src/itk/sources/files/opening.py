"""Opens a file whatever it was written with: gzip, a byte order mark, UTF-16 from a Windows shell."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from itk.errors import UsageError

SIZE_MAX = 256 << 20  # characters of one line, or of one document over many lines
_GZIP = b"\x1f\x8b"


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a file, one at a time, without their line breaks. Raises UsageError where it cannot be read."""
    number = 0
    try:
        with path.open("rb") as raw, _unpacked(raw) as file:
            while line := file.readline(SIZE_MAX):
                number += 1
                if len(line) == SIZE_MAX:
                    raise UsageError(f"a line of more than {SIZE_MAX >> 20} MB", where=f"{path}:{number}", fix=_SPLIT)
                yield line.rstrip("\n").removesuffix("\r")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"damaged gzip: {error}", where=f"{path}:{number + 1}", fix="export it again") from error
    except OSError as error:
        raise UsageError(f"cannot read: {error.strerror or error}", where=str(path), fix="check the path") from error


_SPLIT = "split it, or export JSON lines"


def _unpacked(raw: BufferedReader) -> TextIOWrapper:
    packed = raw.peek(2)[:2] == _GZIP
    file = BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
    begin = file.peek(2)[:2]
    encoding = "utf-16" if begin in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    return TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n")

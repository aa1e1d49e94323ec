"""What a span was asked for, in one digest: tells ten equal calls apart where one of them is gone."""

from __future__ import annotations

from typing import Any

from itk.compare.signature import Signed, digest
from itk.compare.volatile import Volatile
from itk.reading.jsontext import inner

_LEAVES_MAX = 100
_TEXT_MAX = 1_000


class Contents:
    """Digests of masked requests, made when they are asked for."""

    def __init__(self, signed: Signed, volatile: Volatile) -> None:
        self._signed, self._volatile = signed, volatile
        self._known: dict[int, str] = {}

    def of(self, at: int) -> str:
        """Of the span's request; empty where it has none. Only the first leaves of a large one count."""
        if at not in self._known:
            request = self._signed.trace.spans[at].request
            self._known[at] = "" if request is None else digest(self._leaves(request.value))
        return self._known[at]

    def key(self, at: int) -> str:
        """Equal for spans whose subtrees and requests say the same."""
        return f"{self._signed.subtree[at]}{self.of(at)}"

    def _leaves(self, value: Any) -> list[str]:
        found: list[str] = []
        stack: list[tuple[str, Any]] = [("", value)]
        while stack and len(found) < _LEAVES_MAX:
            key, here = stack.pop()
            here = inner(here)
            if isinstance(here, dict):
                stack.extend((str(name), here[name]) for name in sorted(here, key=str, reverse=True))
            elif isinstance(here, list | tuple):
                stack.extend((key, item) for item in reversed(here))
            else:
                short = here[:_TEXT_MAX] if isinstance(here, str) else here
                found.append(f"{key}={self._volatile.scalar(short, key).template}")
        return found

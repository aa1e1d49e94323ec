"""Does any name look like production?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from itk.model.run import Finding


def check_names(names: Iterable[str], hits: Callable[[str], str | None]) -> Finding:
    """`hits` gives the forbidden word of a name, or None."""
    listed = [name for name in names if name]
    bad = [(name, word) for name in listed if (word := hits(name)) is not None]
    if bad:
        return Finding(
            check="names",
            ok=False,
            what="; ".join(f"`{name}` holds the forbidden word `{word}`" for name, word in bad),
            fix="point the case and .env at QA resources; ITK_FORBIDDEN_PATTERNS holds the words",
        )
    return Finding(check="names", ok=True, what=f"{len(listed)} names, none forbidden")

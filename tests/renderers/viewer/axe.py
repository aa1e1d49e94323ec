"""axe-core in a page: what it finds that would keep somebody from using it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


def findings(page: Any) -> list[str]:
    """What is serious or critical; the page's own policy has to be off (`bypass_csp`), or axe would not run."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(f"() => {{ {source()} }}")
    found: list[str] = page.evaluate(RUN)
    return found


def source() -> str:
    if not SCRIPT.exists():
        pytest.skip("axe-core is not installed: scripts/web check installs what web/package-lock.json names")
    return SCRIPT.read_text(encoding="utf-8")

"""Write the files that are made from the code; `tests/test_generated.py` checks that they are fresh."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from inspect import getdoc
from pathlib import Path
from typing import Any

from itk.casefile import case_schema, repository_schema
from itk.casefile.vocabulary import fills_shorthand
from itk.checks import CHECKS, VOCABULARY
from itk.model.run import RunResult
from itk.renderers.packing import chunks
from itk.renderers.span_schema import span_schema
from itk.renderers.suite import data
from itk.renderers.viewer import comparison
from itk.renderers.viewer.renderer import contents
from itk.settings import settings_reference
from tests import suites
from tests.renderers import awkward, build, compared

ROOT = Path(__file__).resolve().parents[1]
# What the viewer's own tests read: runs as Python hands them to a page.
VIEWER_RUNS: dict[str, Callable[[], RunResult]] = {
    "happy": build.happy,
    "retried": build.retried,
    "missed": build.missed,
    "poison": build.poison,
    "inconclusive": build.inconclusive,
    "doubtful": build.doubtful,
    "weighed": build.weighed,
    "awkward": awkward.awkward,
}


def generated() -> dict[str, str]:
    """Path -> text of every generated file."""
    return {
        "docs/reference/case.schema.json": json.dumps(case_schema(VOCABULARY), indent=2, ensure_ascii=False) + "\n",
        "docs/reference/itk.schema.json": json.dumps(repository_schema(VOCABULARY), indent=2, ensure_ascii=False)
        + "\n",
        "docs/reference/spans.schema.json": json.dumps(span_schema(), indent=2, ensure_ascii=False) + "\n",
        "docs/reference/settings.md": settings_reference(),
        "docs/reference/checks.md": checks_reference(),
        **{f"web/tests/runs/{name}.json": viewer_run(*contents(made())) for name, made in VIEWER_RUNS.items()},
        "web/tests/suite.json": json.dumps(data.contents(suites.small()), indent=1, ensure_ascii=False) + "\n",
        "web/tests/runs/compared.json": viewer_run(*comparison.contents(*compared.pair())),
    }


def viewer_run(index: dict[str, Any], lines: Iterable[bytes]) -> str:
    details = list(lines)
    index = {**index, "chunks": [first for first, _ in chunks(details)]}
    run = {"index": index, "details": [json.loads(line) for line in details]}
    return json.dumps(run, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def checks_reference() -> str:
    lines = [
        "# Checks",
        "",
        "<!-- Made from the code by `make fix`. -->",
        "",
        "What `expect:` may ask for. `settles early` is the answer that stands although evidence is still missing; the",
        "other answer is inconclusive until the run is complete. A check that finds nothing to judge does not pass.",
        "",
    ]
    for check in CHECKS:
        lines += [f"## {check.name}", "", check.summary, ""]
        lines += [f"Settles early: {' '.join((getdoc(check.settles_early) or '').split()).rstrip('.')}.", ""]
        fields = check.params.model_fields
        if fields:
            lines += ["| parameter | default | meaning |", "|---|---|---|"]
            for name, field in fields.items():
                default = "required" if field.is_required() else f"`{field.default}`"
                lines.append(f"| `{name}` | {default} | {field.description or ''} |")
            lines.append("")
        if fills_shorthand(check):
            beside = f"; beside it stand {', '.join(f'`{name}`' for name in check.beside)}" if check.beside else ""
            lines += [f"What is written behind the name, `- {check.name}: …`, is `{check.shorthand}`{beside}.", ""]
        elif check.shorthand:
            lines += [f"`- {check.name}: VALUE` is short for `- {check.name}: {{{check.shorthand}: VALUE}}`.", ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    for path, text in generated().items():
        (ROOT / path).write_text(text, encoding="utf-8")

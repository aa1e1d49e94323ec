"""`sequence.mmd`: the run as a Mermaid sequence diagram, folded where it would be too long to be drawn.

Mermaid refuses more than 50,000 characters (`maxTextSize`). Names and labels come from logs, so every character that
Mermaid could read as syntax is written as an entity (`#59;`): https://mermaid.js.org/syntax/sequenceDiagram.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from itk.model.run import RedactedRun, RunResult
from itk.model.trace import Trace
from itk.model.tree import tier_of
from itk.model.wording import counted
from itk.ports import Artifact
from itk.renderers import certainty, files, words
from itk.renderers.layout.pills import pills_of
from itk.renderers.layout.story import Step, tell
from itk.renderers.mermaid_fold import Line, fold
from itk.renderers.text import one_line, shorten

LIMIT = 45_000
LABEL = 100
# Mermaid reads `end` as the end of a block wherever it stands alone, and `wrap:` as an order: their second letter is
# written as an entity, as is everything that is no letter, digit or harmless sign.
_SYNTAX = re.compile(r"(?<=\be)n(?=d\b)|(?<=\bw)r(?=ap\b)|(?<=\bn)o(?=wrap\b)|[^\w .,:/=+*'?!()\-…·]", re.IGNORECASE)
_TIPS = {"call": ">>", "send": ")", "deliver": ")", "self": ">>", "found": ">>", "return": ">>"}
_NOTES_MAX = 3


class SequenceMmd:
    """Plain text that many tools draw: GitHub, GitLab, editors."""

    name = "sequence_mmd"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        return (Artifact(path=files.SEQUENCE, content=diagram(run.result).encode("utf-8")),)


def diagram(result: RunResult) -> str:
    """The diagram, under `LIMIT` characters, saying what was folded."""
    story = tell(result.trace)
    labels = [escape(one_line(member.component.label)) for member in story.participants]
    lines = [_line(result, step) for step in story.steps]
    # A comment holds no entity: it is never drawn.
    top = [f"%% run {escape(one_line(result.run_id))}: {result.status}"]
    notes = [f"{word} - {sentence}" for word, sentence in words.banners(result)] + _doubts(result.trace)
    head = [f"Note over p0: {escape(note)}" for note in notes] if labels else []
    return fold(lines, labels, LIMIT, top=top, head=head)


def escape(text: str) -> str:
    """`text` in which Mermaid finds nothing but text; never empty."""
    cut = shorten(text, LABEL).strip()
    return _SYNTAX.sub(lambda m: f"#{ord(m[0])};", cut) or "(empty)"


def _doubts(trace: Trace) -> list[str]:
    """What would make the dashed arrows solid, and clocks that were corrected; the report has all of it."""
    sentences = [f"{counted(len(spans), 'link')} {said}" for said, spans in certainty.would_be_exact(trace)]
    found = [*sentences, *certainty.shifts(trace)]
    more = len(found) - _NOTES_MAX
    return found[:_NOTES_MAX] + ([f"{more} more doubts are in {files.REPORT}"] if more > 0 else [])


def _line(result: RunResult, step: Step) -> Line:
    span = None if step.span is None else result.trace.spans[step.span]
    target = f"p{step.target}"
    source = target if step.source is None else f"p{step.source}"
    badges = [text for _, text in pills_of(span)] if span is not None and step.kind not in ("return", "end") else []
    begins = step.kind not in ("return", "end", "ghost")
    tier = tier_of(span) if begins else "exact"
    doubt = [tier] if tier == "unresolved" else []
    said = ", ".join(part for part in (step.label, step.note, *badges, *doubt) if part)
    if step.kind in ("end", "ghost", "pause", "found"):
        said = f"caller not known: {said}" if step.kind == "found" else said
        return Line(text=f"Note over {target}: {escape(said)}", key=f"{step.kind} {target}", depth=step.depth,
                    participants=(step.target,))  # fmt: skip
    dashed = step.kind == "return" or tier == "inferred"
    arrow = ("--" if dashed else "-") + ("x" if step.failed else _TIPS[step.kind])
    key = f"{source}{arrow}{target} {step.kind} {'' if step.kind == 'return' else step.label}"
    kept = (step.target,) if step.source is None else (step.source, step.target)
    return Line(text=f"{source}{arrow}{target}: {escape(said)}", key=key, depth=step.depth, participants=kept)


__all__ = ["LIMIT", "SequenceMmd", "diagram", "escape"]

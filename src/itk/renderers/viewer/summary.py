"""What stands around the drawings, in finished words: verdict, banners, facts, checks, counts."""

from __future__ import annotations

from typing import Any

from itk.model.run import CheckVerdict, RunResult
from itk.renderers import certainty, files, units, words
from itk.renderers.json_form import plain
from itk.renderers.text import one_line


def summary(result: RunResult) -> dict[str, Any]:
    """Everything but the checks and the spans."""
    trace = result.trace
    return plain(  # type: ignore[no-any-return]
        {
            "id": result.run_id,
            "status": result.status,
            "title": one_line(result.case.name) or one_line(result.case.id),
            "case": {
                "id": result.case.id,
                "path": result.case.path,
                "tags": result.case.tags,
                "notes": result.case.notes,
            },
            "banners": [{"word": word, "text": text} for word, text in words.banners(result)],
            "facts": [{"name": name, "text": text} for name, text in words.facts(result)],
            "reasons": [one_line(reason) for reason in result.reasons],
            "complete": words.is_complete(result),
            "missing": [
                {"text": one_line(missing.what), "group": one_line(missing.group)} for missing in trace.missing
            ],
            "sure": [{"tier": tier, "n": n, "meaning": meaning} for tier, n, meaning in certainty.tiers(trace)],
            "would_be_exact": [{"text": text, "spans": len(spans)} for text, spans in certainty.would_be_exact(trace)],
            "shifts": certainty.shifts(trace),
            "counts": [{"name": name, "n": n, "meaning": meaning} for name, n, meaning in words.counts(result)],
            "queues": [
                {"name": one_line(queue.name), "before": queue.before, "after": queue.after}
                for queue in result.dead_letter_queues
            ],
            "warnings": words.warnings(result),
            "files": {
                "report": files.REPORT,
                "run": files.RUN,
                "spans": files.SPANS,
                "mermaid": files.SEQUENCE,
                "viewer": files.VIEWER,
                "timeline": files.TIMELINE,
            },
            "took": units.duration(result.ended_ns - result.started_ns),
        }
    )


def check(verdict: CheckVerdict) -> dict[str, Any]:
    """One check, but for the spans that it cites or came close to."""
    said = {"title": one_line(verdict.title), "xfail": one_line(verdict.xfail)}
    return plain(  # type: ignore[no-any-return]
        {
            "name": one_line(verdict.name),
            "status": verdict.status,
            "message": one_line(verdict.message),
            "expected": one_line(verdict.expected),
            "actual": one_line(verdict.actual),
            "where": "" if verdict.where is None else one_line(str(verdict.where)),
            **{name: text for name, text in said.items() if text},
        }
    )

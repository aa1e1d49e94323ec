"""`itk compare` over saved runs: each seeded change is found and named by its kind, place and rule; noise is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from itk.model.trace import Payload, Trace
from tests.compare.conftest import Compare
from tests.compare.directories import Said, save
from tests.compare.recorded import NAMES, again, recorded
from tests.compare.test_seeded_changes import CASES, CHAT, changed

TABLE, INTAKE, CHATS = "table:support-orders", "lambda:support-intake", "model:amazon.nova-lite-v1:0"
# What is seeded -> the weight, the rule, and the place that must be told. The places that differ are those of CASES.
NAMED: dict[str, list[tuple[str, str, str]]] = {
    "leaf removed": [("regression", "path_missing", f"{TABLE} UpdateItem")],
    "branch removed": [("regression", "path_missing", "queue:support-notify SendMessage")],
    "hop removed": [("regression", "path_missing", "tool:orders/lookupOrder execute_tool")],
    "hop added": [("regression", "path_new", "lambda:orders-proxy Invoke")],
    "leaf added": [("regression", "path_new", f"{TABLE} GetItem")],
    "swapped": [("regression", "path_changed", f"{CHATS} chat")],
    "one retry more": [("regression", "retries", ""), ("note", "retries", f"{INTAKE} Invoke")],
    "one retry fewer": [("note", "retries", f"{INTAKE} Invoke")],
    "error": [("regression", "new_error", f"{TABLE} UpdateItem")],
    "another error": [("regression", "new_error", "queue:support-intake-dlq DeadLetter")],
    "no answer": [("regression", "status", f"{CHATS} chat")],
    "latency x2": [("regression", "latency", "agent:gatekeeper invoke_agent")],
    "longer in the queue": [("warning", "wait", "lambda:support-notify Invoke")],
    "payload field changed": [("warning", "payload", "queue:support-intake SendMessage")],
    "payload field added": [("warning", "payload", "queue:support-intake SendMessage")],
    "payload field removed": [("warning", "payload", "queue:support-intake SendMessage")],
    "item of a list added": [("warning", "payload", "agent:gatekeeper invoke_agent")],
    "answer reworded": [("warning", "payload", "agent:gatekeeper invoke_agent")],
    "response gone": [("warning", "payload", "lambda:support-notify ReceiveMessage")],
    "an id of elsewhere": [],
    "tokens": [("warning", "tokens", f"{CHATS} chat")],
    "component renamed": [("regression", "path_changed", "table:orders-v2 UpdateItem")],
    "operation changed": [("regression", "path_changed", f"{TABLE} PutItem")],
    "kind changed": [("regression", "path_changed", f"{TABLE} UpdateItem")],
    "less sure": [("warning", "link", f"{TABLE} UpdateItem")],
    "another attempt": [("note", "retries", f"{INTAKE} ReceiveMessage")],
    "another caller": [("regression", "path_changed", "queue:support-notify SendMessage")],
}


def told(said: Said) -> list[str]:
    """The differences of comparison.json, in the words of CASES."""
    lines = []
    for each in said.report["cases"][0]["differences"]:
        where = f"{each['component']} {each['operation']}"
        if each["kind"] in ("inserted", "removed"):
            lines.append(f"{each['kind']} {where}")
        lines += [" | ".join((where, c["what"], c["path"], c["edit"], _values(c))) for c in each["changes"]]
    return lines


def _values(change: dict[str, Any]) -> str:
    return f"{change['before']} -> {change['after']}"


def saved(tmp_path: Path, name: str, before: Trace, after: Trace) -> tuple[Path, Path]:
    return save(tmp_path / "a", before, case=name), save(tmp_path / "b", after, case=name)


def test_there_are_twenty_and_all_are_named() -> None:
    assert NAMED.keys() == CASES.keys()
    assert sum(map(bool, NAMED.values())) >= 20


@pytest.mark.parametrize("name", CASES)
def test_a_seeded_change_is_found_and_named(name: str, tmp_path: Path, compare_dirs: Compare) -> None:
    of, edit, expected = CASES[name]
    a, b = saved(tmp_path, of, recorded(of), again(edit(recorded(of)), 23))
    said = compare_dirs(a, b)

    lines = told(said)
    assert len(lines) == len(expected), lines
    for line, wanted in zip(lines, expected, strict=True):
        start, star, _ = wanted.partition("*")
        assert line.startswith(start) if star else line == wanted
    assert set(NAMED[name]) <= set(said.noted())
    heavy = [note for note in NAMED[name] if note[0] == "regression"]
    assert set(said.noted("regression")) == set(heavy)
    assert said.code == (1 if heavy else 0)
    for _, rule, where in NAMED[name]:
        assert f"| `{rule}` | {f'[`{where}`](trace-viewer.html#span=' if where else 'the case |'}" in said.markdown


@pytest.mark.parametrize("seed", range(31, 35))
@pytest.mark.parametrize("name", NAMES)
def test_runs_that_differ_in_volatile_fields_alone_show_nothing(
    name: str, seed: int, tmp_path: Path, compare_dirs: Compare
) -> None:
    a, b = saved(tmp_path, name, recorded(name), again(recorded(name), seed))
    said = compare_dirs(a, b)

    assert said.code == 0
    assert said.out.startswith("no difference ")
    assert said.report["verdict"] == "same"
    assert said.report["cases"][0]["noted"] == []
    assert said.report["cases"][0]["differences"] == []
    assert said.markdown.startswith("# NO DIFFERENCE: ")


def test_secrets_that_were_masked_neither_match_nor_differ(tmp_path: Path, compare_dirs: Compare) -> None:
    """Each run has a salt of its own: equal secrets look different, and nothing may come of it."""

    def telling(mail: str) -> Trace:

        said = Payload(value={"customer": mail, "note": f"write to {mail}"})
        return changed(*CHAT, lambda span: msgspec.structs.replace(span, request=said))(recorded("example-001"))

    same = compare_dirs(*saved(tmp_path / "1", "c", telling("ann@example.org"), telling("ann@example.org")))
    other = compare_dirs(*saved(tmp_path / "2", "c", telling("ann@example.org"), telling("bob@example.org")))

    assert same.report["verdict"] == other.report["verdict"] == "same"
    page = (tmp_path / "out-2" / "trace-viewer.html").read_text(encoding="utf-8")
    assert "example.org" not in page + other.markdown + str(other.report)


def test_both_runs_lie_in_one_page(tmp_path: Path, compare_dirs: Compare) -> None:
    of, edit, _ = CASES["hop added"]
    a, b = saved(tmp_path, of, recorded(of), again(edit(recorded(of)), 2))
    said = compare_dirs(a, b)
    page = (tmp_path / "out-1" / "trace-viewer.html").read_text(encoding="utf-8")

    assert said.report["cases"][0]["page"] == "trace-viewer.html"
    assert "[example-001](trace-viewer.html)" in said.markdown
    assert f"{recorded(of).run_id} and " in page
    assert sorted(path.name for path in (tmp_path / "out-1").iterdir()) == [
        "comparison.json", "comparison.md", "trace-viewer.html",
    ]  # fmt: skip


def test_equal_comparisons_give_equal_bytes(tmp_path: Path, compare_dirs: Compare) -> None:
    of, edit, _ = CASES["one retry more"]
    a, b = saved(tmp_path, of, recorded(of), again(edit(recorded(of)), 2))
    compare_dirs(a, b)
    compare_dirs(a, b)

    for path in (tmp_path / "out-1").iterdir():
        assert path.read_bytes() == (tmp_path / "out-2" / path.name).read_bytes(), path.name

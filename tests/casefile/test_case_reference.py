"""The reference page and the schema say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from itk.casefile import Targets, case_schema, read_case, read_repository, repository_schema
from itk.casefile.forms import MODIFIERS
from itk.casefile.repository import DefaultsForm, SuiteForm
from itk.checks import VOCABULARY
from itk.checks.matching.fields import read_fields
from itk.checks.matching.operators import NESTED, OPERATORS
from itk.checks.matching.wrongs import Wrongs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/cases.md"
WRITTEN = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES = [text for text in WRITTEN if re.search(r"^id: ", text, re.MULTILINE)]
(REPOSITORY,) = set(WRITTEN) - set(EXAMPLES)
SET = Targets(
    queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/qa", function_name="f", agent_id="A", agent_alias_id="B"
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.search(r"^id: (.*)$", text, re.M)[1])  # type: ignore[index]
def test_every_example_loads_without_a_warning_and_fits_the_schema(example: str) -> None:
    case, problems = read_case(example, "cases.md", vocabulary=VOCABULARY, values={}, defaults=SET)

    assert problems == ()
    assert case is not None
    # Editors read dates and the like by their own rules, so the base loader's texts stand in for them.
    jsonschema.validate(json.loads(json.dumps(yaml.safe_load(example), default=str)), case_schema(VOCABULARY))


def test_the_defaults_load_and_the_case_leaves_out_what_it_names() -> None:
    repository, problems = read_repository(REPOSITORY, "itk.yaml", vocabulary=VOCABULARY, values={})
    assert problems == ()
    assert repository is not None
    jsonschema.validate(yaml.safe_load(REPOSITORY), repository_schema(VOCABULARY))
    named = {field for form in (DefaultsForm, SuiteForm) for field in form.model_fields}
    assert named <= set(re.findall(r"^  (\w+):", REPOSITORY, re.MULTILINE))

    (example,) = (text for text in EXAMPLES if "without:" in text)
    case, problems = read_case(
        example, "cases.md", vocabulary=VOCABULARY, values={}, defaults=SET, repository=repository
    )
    assert problems == ()
    assert case is not None
    assert [check.title or check.name for check in case.expect] == [
        "max_duration_ms", "no_error_spans", "no_dlq_messages"
    ]  # fmt: skip


def test_every_modifier_is_explained() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("\n## Modifiers\n")[2].partition("\n## ")[0]

    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == MODIFIERS


def test_every_check_has_an_example() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in VOCABULARY if not re.search(rf"^ +- {name}\b", page, re.MULTILINE)] == []


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(case_schema(VOCABULARY))


@pytest.mark.parametrize("file", sorted((ROOT / "cases").rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_case_that_comes_along_loads_and_fits_the_schema(file: Path) -> None:
    _, problems = read_case(
        file.read_bytes(), file.name, vocabulary=VOCABULARY, values={}, defaults=SET, targets_needed=False
    )

    assert [problem for problem in problems if problem.severity == "error"] == []
    jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), case_schema(VOCABULARY))


@pytest.mark.parametrize(
    "wrong",
    [
        "id: ../x\nentrypoint: {type: sqs_event, payload: a}",
        "id: x\nentrypoint: {type: sqs_evnt, payload: a}",
        "id: x\nentrypoint: {type: sqs_event, payload: a, extra: 1}",
        "id: x\nentrypoint: {type: sqs_event, target: {mode: publish}, payload: a}",
        "id: x\nentrypoint: {type: bedrock_invoke_agent, payload: {txt: a}}",
        "id: x\nextra: 1\nentrypoint: {type: sqs_event, payload: a}",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [has_span]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{max_retry_count: {mx: 1}}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [required_components]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{has_spans: , severity: critical}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{has_spans: , severty: warn}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{has_spans: , xfail: JIRA-12}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{has_spans: , xfail: until 2026-12-31}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{has_spans: , xfail: }]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{name: quick}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\ndefaults: none",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\ndefaults: {without: []}",
        "entrypoint: {type: sqs_event, payload: a}",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [spans]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{spans: {name: {lik: x}}}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{spans: {name: x}, count: -1}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{spans: {name: x}, al: {name: y}}]",
        'id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{spans: {name: x}, nth: {"0": {name: y}}}]',
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{response: {}}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{response: {a: null}}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{budget: {tokns: 1}}]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{trace: {complete: false}}]",
    ],
)
def test_the_schema_refuses_what_itk_refuses(wrong: str) -> None:
    case, _ = read_case(wrong, "x.yaml", vocabulary=VOCABULARY, values={}, defaults=SET)

    assert case is None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(wrong), case_schema(VOCABULARY))


def test_every_matcher_is_in_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [(op.name, op.meaning, op.example) for op in OPERATORS]
    rows += [(name, *told) for name, told in NESTED.items()]

    for name, meaning, example in rows:
        assert f"| `{name}` | {meaning} | `{example}` |" in page
        matcher = yaml.safe_load(example)
        wrongs = Wrongs()
        read_fields({"a_ms" if "ms" in example else "a": matcher}, (), wrongs)
        wrongs.raise_any(example)

"""What `itk.yaml` adds to each case of its repository, and what a case leaves out of it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest
import yaml

from itk.casefile import (
    Repository,
    SuiteDefaults,
    Targets,
    case_files,
    load_case,
    load_repository,
    read_case,
    repository_file,
    repository_schema,
)
from itk.checks import VOCABULARY
from itk.model.case import Case, Wait
from itk.model.problem import Problem, Problems

BAD = Path(__file__).parent / "bad/repository"
SET = Targets(queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/qa")
SAID = """
defaults:
  expect:
    - no_error_spans
    - max_duration_ms: 5000
      name: quick enough
      severity: warn
    - forbidden_components: ["${LEGACY:-lambda:legacy}"]
  wait: {timeout: 2m, quiet: 10}
  tags: [qa, shop]
suite:
  name: The shop
  cases_dir: tests/cases
  max_inflight: 8
  retries: 0
  fail_on_flaky: true
"""
BARE = "id: x\nentrypoint: {type: sqs_event, payload: a}\n"


def repository(text: str = SAID, path: str = "shop/itk.yaml") -> Repository:
    return load_repository(text, path, vocabulary=VOCABULARY, values={})


def load(text: str, common: Repository | None = None) -> Case:
    common = common or repository()
    return load_case(text, "shop/x.yaml", vocabulary=VOCABULARY, values={}, defaults=SET, repository=common)


def problems(text: str, common: Repository | None = None) -> tuple[Problem, ...]:
    common = common or repository()
    return read_case(text, "x.yaml", vocabulary=VOCABULARY, values={}, defaults=SET, repository=common)[1]


def names(case: Case) -> list[str]:
    return [check.title or check.name for check in case.expect]


def test_a_bare_case_checks_what_all_do_and_says_where_that_stands() -> None:
    case = load(BARE)

    assert names(case) == ["no_error_spans", "quick enough", "forbidden_components"]
    assert [str(check.where) for check in case.expect] == [f"shop/itk.yaml:{line}:7" for line in (4, 5, 8)]
    assert (case.expect[1].severity, case.expect[2].params) == ("warn", {"components": ["lambda:legacy"]})
    assert (case.tags, case.wait) == (("qa", "shop"), Wait(timeout_s=120.0, quiet_s=10.0))
    assert problems(BARE) == ()


def test_a_case_adds_to_it_and_what_it_says_itself_comes_first() -> None:
    case = load(BARE + "expect: [has_spans, max_duration_ms: 900]\nwait: {timeout: 5}\ntags: [smoke, qa]\n")

    assert names(case) == ["has_spans", "max_duration_ms", "no_error_spans", "quick enough", "forbidden_components"]
    assert (case.tags, case.wait) == (("qa", "shop", "smoke"), Wait(timeout_s=5.0, quiet_s=10.0))


def test_what_both_ask_for_is_judged_once_where_the_case_asks_for_it() -> None:
    case = load(BARE + "expect: [no_error_spans, max_duration_ms: {max: 5000}]\n")

    assert names(case) == ["no_error_spans", "max_duration_ms", "forbidden_components"]
    assert case.expect[0].where.path == "shop/x.yaml"
    assert case.expect[1].severity == "error"


def test_a_case_leaves_out_checks_by_their_title_or_name() -> None:
    case = load(BARE + "defaults: {without: [quick enough, no_error_spans]}\n")

    assert names(case) == ["forbidden_components"]
    assert case.tags == ("qa", "shop")


def test_a_case_leaves_out_everything() -> None:
    case = load(BARE + "defaults: false\nexpect: [has_spans]\n")

    assert names(case) == ["has_spans"]
    assert (case.tags, case.wait) == ((), Wait())
    assert names(load(BARE + "defaults: true\n")) == names(load(BARE))
    assert [p.what for p in problems(BARE + "defaults: false\n")] == ["this case expects nothing of its own"]


def test_a_name_that_no_default_has_is_an_error() -> None:
    (wrong,) = problems(BARE + "defaults:\n  without:\n    - no_error_spans\n    - quick enuogh\n")

    assert str(wrong) == dedent("""\
        error: no check in shop/itk.yaml is called `quick enuogh`
          --> x.yaml:6:7
           |
         6 |     - quick enuogh
           |       ^^^^^^^^^^^^
        hint: did you mean `quick enough`? known: no_error_spans, quick enough, forbidden_components""")
    assert problems(BARE + "expect: [has_spans]\ndefaults: {without: [other]}\n", Repository()) == ()


def test_how_a_suite_runs() -> None:
    said = repository().suite

    assert said == SuiteDefaults(
        name="The shop", cases_dir="shop/tests/cases", max_inflight=8, retries=0, fail_on_flaky=True
    )
    assert said.max_failures is None
    assert repository("x-own: 1\n").suite == SuiteDefaults()
    assert repository("suite: {cases_dir: /cases}\n").suite.cases_dir == "/cases"


def test_all_that_is_wrong_comes_at_once() -> None:
    with pytest.raises(Problems) as raised:
        repository("defaults: {expect: [has_span], tags: 1}\nsuit: {}\n")

    assert [str(problem.where) for problem in raised.value.problems] == [
        "shop/itk.yaml:1:21", "shop/itk.yaml:1:38", "shop/itk.yaml:2:1"
    ]  # fmt: skip


def test_the_schema_takes_what_itk_takes_and_no_more() -> None:
    schema = repository_schema(VOCABULARY)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(SAID), schema)
    for file in ("keys", "a-list", "shape", "checks"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(yaml.safe_load((BAD / f"{file}.yaml").read_text(encoding="utf-8")), schema)


def test_the_nearest_file_up_to_the_root_of_the_repository_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "outside/repo/team/cases"
    inner.mkdir(parents=True)
    (tmp_path / "outside/itk.yaml").touch()
    assert repository_file(inner) == tmp_path / "outside/itk.yaml"

    (tmp_path / "outside/repo/.git").mkdir()
    assert repository_file(inner) is None

    (tmp_path / "outside/repo/itk.yml").touch()
    assert repository_file(inner) == tmp_path / "outside/repo/itk.yml"

    (tmp_path / "outside/repo/team/itk.yaml").touch()
    monkeypatch.chdir(tmp_path / "outside/repo/team")
    assert repository_file(Path("cases")) == Path("itk.yaml")
    monkeypatch.chdir(inner)
    assert repository_file(Path()) == Path("../itk.yaml")


def test_it_is_no_case(tmp_path: Path) -> None:
    for name in ("a.yaml", "itk.yaml", "sub/itk.yml", "sub/b.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert case_files(tmp_path) == (tmp_path / "a.yaml", tmp_path / "sub/b.yml")

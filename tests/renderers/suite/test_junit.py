"""`junit.xml`: what CI systems read is well-formed, fits Jenkins' schema, and says what the suite says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from junitparser import JUnitXml
from junitparser.xunit2 import JUnitXml as XUnit
from lxml import etree
from msgspec.structs import replace

from itk.model.suite import Shard, SuiteResult
from itk.renderers.suite import figures
from itk.renderers.suite.junit import JunitXml, error_type
from tests import suites
from tests.formats.reading import corpus
from tests.renderers.suite.invented import invented
from tests.suite_rows import passed

OWN = Path(__file__).with_name("jenkins_junit.xsd")
SUITES: tuple[Callable[[], SuiteResult], ...] = (
    suites.small, suites.one, suites.nothing, suites.merged, suites.stopped, suites.recorded, suites.hostile,
    suites.bare, suites.suite,
)  # fmt: skip


def written(suite: SuiteResult) -> bytes:
    (artifact,) = JunitXml().render(suites.redacted(suite))
    assert artifact.path == "junit.xml"
    return artifact.content


def tree(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - ITK wrote it


def schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def case(suite: SuiteResult, name: str) -> ET.Element:
    (found,) = (each for each in tree(written(suite)).iter("testcase") if each.get("name") == name)
    return found


@pytest.mark.parametrize("make", SUITES, ids=lambda make: make.__name__)
def test_it_fits_the_schema_of_jenkins(make: Callable[[], SuiteResult]) -> None:
    schema(OWN).assertValid(etree.fromstring(written(make())))


@pytest.mark.parametrize("make", SUITES, ids=lambda make: make.__name__)
def test_it_fits_jenkins_own_file(make: Callable[[], SuiteResult]) -> None:
    """The original is third-party and no part of this project."""
    schema(corpus("junit", "junit-10.xsd")).assertValid(etree.fromstring(written(make())))


@given(invented)
def test_no_text_breaks_it(suite: SuiteResult) -> None:
    """Whatever a log says: it parses, fits the schema, colours no terminal, and is the same the next time."""
    content = written(suite)

    schema(OWN).assertValid(etree.fromstring(content))
    assert not {c for c in content.decode() if c < " "} - {"\n", "\t"}
    assert "\x1b" not in "".join(tree(content).itertext())
    assert written(suite) == content


@given(invented)
def test_it_is_green_where_the_suite_is(suite: SuiteResult) -> None:
    root = tree(written(suite))
    wrong = [*root.iter("failure"), *root.iter("error")]

    assert (not wrong) == (figures.verdict(suite).status in ("passed", "warning"))
    assert int(root.get("failures", "")) + int(root.get("errors", "")) == len(wrong)
    assert int(root.get("tests", "")) == len(list(root.iter("testcase")))
    assert sum(int(each.get("skipped", "")) for each in root) == len(list(root.iter("skipped")))


def test_junitparser_counts_what_the_suite_counts() -> None:
    read = JUnitXml.fromstring(written(suites.small()))
    read.update_statistics()

    assert (read.tests, read.failures, read.errors, read.skipped) == (14, 3, 2, 1)
    assert [suite.name for suite in read] == ["orders", "agents", "events"]
    assert {p.name: p.value for p in next(iter(read)).properties()}["account"] == "1111****3333"


def test_a_failed_check_and_a_case_without_a_verdict_are_kept_apart() -> None:
    failed, unsure, broken = (case(suites.small(), name) for name in ("order-unstored", "late-mail", "legacy-import"))
    failure, incomplete, error = failed.find("failure"), unsure.find("error"), broken.find("error")

    assert failure is not None
    assert incomplete is not None
    assert error is not None
    assert failure.get("type") == "assertion"
    assert failure.get("message") == "the order is stored: 0 spans match, at least 1 expected"
    assert str(failure.text).splitlines() == [
        "the order is stored: 0 spans match, at least 1 expected",
        "expected: component table:orders, operation PutItem, under lambda:intake, count >= 1",
        "actual: 0 of 18 spans match; 2 are near",
        "nearest: table:orders `UpdateItem` (operation is UpdateItem, not PutItem)",
        "nearest: table:orders-archive `PutItem` (component is table:orders-archive, not table:orders)",
        "at: cases/orders/order-unstored.yaml:17:5",
        "page: order-unstored/trace-viewer.html#span=a1b2c3d4e5f60718",
    ]
    assert (incomplete.get("type"), error.get("type")) == ("TraceIncomplete", "AwsError")
    assert unsure.find("failure") is None


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("sending failed: ExpiredTokenException: the security token is expired", "Credentials"),
        ("collecting evidence failed: Unable to locate credentials", "Credentials"),
        ("collecting evidence failed: ThrottlingException: Rate exceeded", "Throttled"),
        ("sending failed: there is no such queue", "AwsError"),
        ("interrupted after 3 s", "Interrupted"),
        ("the fixture is damaged", "Error"),
    ],
)
def test_the_type_of_an_error_is_one_word(reason: str, name: str) -> None:
    row = replace(passed("x", "x", "", (), 1), status="error", reasons=(reason,))

    assert error_type(row) == name


def test_passed_when_sent_again_is_flaky_as_surefire_says_it() -> None:
    (angry,) = (
        each for suite in XUnit.fromstring(written(suites.small())) for each in suite if each.name == "angry-customer"
    )

    assert angry.is_passed
    (flaky,) = angry.flaky_failures()
    assert flaky.message == "check expectedTrajectory: `escalate` was never called"
    assert "[[ATTACHMENT|angry-customer/try-1/trace-viewer.html]]" in flaky.system_out


def test_failed_when_sent_again_is_a_rerun() -> None:
    angry = next(row for row in suites.small().cases if row.flaky)
    tries = tuple(replace(each, status="failed") for each in angry.tries)
    suite = suites.one(replace(angry, flaky=False, status="failed", tries=tries))

    assert [each.tag for each in case(suite, angry.id)] == ["failure", "rerunFailure", "system-out"]


def test_what_is_not_there_is_an_error() -> None:
    """A reader of junit.xml must not take part of a suite for the whole."""
    for suite, name in (
        (replace(suites.recorded(), absent=(Shard(2, 4),)), "shard 2 of 4"),
        (replace(suites.recorded(), interrupted=True), "stopped"),
        (suites.nothing(), "nothing judged"),
    ):
        assert case(suite, name).find("error") is not None


def test_each_case_names_its_file_its_run_and_its_pages() -> None:
    """Jenkins' schema has no attributes and no properties for these, so they stand in the output."""
    output = case(suites.small(), "order-unstored").findtext("system-out", "").splitlines()

    assert "file: cases/orders/order-unstored.yaml:17" in output
    assert any(line.startswith("run_id: itk-") for line in output)
    assert "[[ATTACHMENT|order-unstored/trace-viewer.html]]" in output

"""What a case file means."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from itk.casefile import Targets, load_case, read_case
from itk.checks import VOCABULARY
from itk.model.case import BedrockInvokeAgent, Case, ExpectedFailure, LambdaInvoke, SqsEvent
from itk.model.problem import Problem, Problems

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-qa"
SET = Targets(region="eu-west-1", queue_url=QUEUE, function_name="orders-qa", agent_id="A1", agent_alias_id="B1")


def load(text: str, values: dict[str, str] | None = None, defaults: Targets = SET) -> Case:
    return load_case(dedent(text), "cases/x.yaml", vocabulary=VOCABULARY, values=values or {}, defaults=defaults)


def problems(text: str, values: dict[str, str] | None = None, defaults: Targets = SET) -> tuple[Problem, ...]:
    return read_case(dedent(text), "x.yaml", vocabulary=VOCABULARY, values=values or {}, defaults=defaults)[1]


def message(payload: str) -> SqsEvent:
    case = load(f"id: x\nentrypoint:\n  type: sqs_event\n  payload: {payload}\n")
    assert isinstance(case.stimulus, SqsEvent)
    return case.stimulus


def test_the_golden_path() -> None:
    case = load(
        """
        id: refund
        name: Refund
        tags: [smoke, 2024, smoke]
        entrypoint:
          type: sqs_event
          payload: {orderId: 7, name: Zoë}
        expect:
          - no_error_spans
          - max_retry_count: 1
          - required_components: [lambda:intake]
          - response_contains: {text: ok, component: lambda:intake}
        wait: {timeout: 2m, quiet: 5}
        fixture: ../fixtures/refund.jsonl
        notes: {source: me, also: [a, b]}
        """
    )

    assert case.stimulus == SqsEvent(mode="publish_sqs", queue_url=QUEUE, body='{"orderId":7,"name":"Zoë"}')
    assert case.tags == ("smoke", "2024")
    assert [(check.name, check.where.line, check.where.column) for check in case.expect] == [
        ("no_error_spans", 9, 5),
        ("max_retry_count", 10, 5),
        ("required_components", 11, 5),
        ("response_contains", 12, 5),
    ]
    assert case.expect[1].params == {"max": 1, "component": None}
    assert case.expect[2].params == {"components": ["lambda:intake"]}
    assert (case.wait.timeout_s, case.wait.quiet_s) == (120, 5)
    assert case.fixture == "fixtures/refund.jsonl"
    assert case.notes == "source: me\nalso: - a\n  - b"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-01-18", "2026-01-18"),
        ("1_000", "1_000"),
        ("007", "007"),
        ("0b11", "0b11"),
        ("1e999", "1e999"),
        (".nan", ".nan"),
        ("12", 12),
        ("-1.5", -1.5),
        ("0x1F", 31),
        ("true", True),
        ("~", None),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("12345678901234567890123", 12345678901234567890123),
    ],
)
def test_scalars_are_read_by_yaml_1_2(written: str, sent: Any) -> None:
    assert json.loads(message(f"{{v: {written}}}").body) == {"v": sent}


def test_a_text_is_sent_as_it_is() -> None:
    assert message('"hello"').body == "hello"
    assert message("|\n    two\n    lines").body == "two\nlines\n"


def test_numbers_are_taken_as_written_where_text_is_wanted() -> None:
    case = load("id: 1.10\nname: 007\nentrypoint: {type: sqs_event, payload: a}\nexpect: [{response_contains: 404}]")

    assert (case.id, case.name) == ("1.10", "007")
    assert case.expect[0].params["text"] == "404"


@pytest.mark.parametrize("payload", ["{body: hi}", "{body: hi, messageId: m}", "{Records: [{body: hi}]}"])
def test_an_sqs_event_is_unwrapped(payload: str) -> None:
    assert message(payload).body == "hi"


def test_a_body_among_other_keys_is_the_application_s_own() -> None:
    assert json.loads(message("{body: hi, subject: me}").body) == {"body": "hi", "subject": "me"}


def test_where_a_target_is_a_function_the_mode_follows() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    case = load(f"id: x\nentrypoint:\n  type: sqs_event\n  target: {{target_arn_or_url: '{arn}'}}\n  payload: a")

    assert isinstance(case.stimulus, SqsEvent)
    assert (case.stimulus.mode, case.stimulus.function_name) == ("invoke_lambda", arn)


def test_a_queue_s_arn_becomes_its_url() -> None:
    arn = "arn:aws:sqs:eu-west-1:123456789012:orders-qa"
    case = load(f"id: x\nentrypoint:\n  type: sqs_event\n  target: {{queue_url: '{arn}'}}\n  payload: a")

    assert isinstance(case.stimulus, SqsEvent)
    assert case.stimulus.queue_url == QUEUE


def test_a_missing_target_is_an_error_only_where_something_is_sent() -> None:
    text = "id: x\nentrypoint: {type: lambda_invoke}\nexpect: [has_spans]"

    with pytest.raises(Problems, match="nothing says where to send"):
        load(text, defaults=Targets())
    assert load(text, defaults=Targets(mode="dev-fixtures")).stimulus == LambdaInvoke(function_name="")


def test_recorded_cases_load_although_a_target_s_variable_is_not_set() -> None:
    text = "id: x\nentrypoint:\n  type: lambda_invoke\n  target: {function_name: '${WORKER}'}\nexpect: [has_spans]"

    with pytest.raises(Problems, match="WORKER"):
        load(text)
    assert load(text, defaults=Targets(mode="dev-fixtures")).id == "x"


def test_variables() -> None:
    case = load(
        """
        id: x
        entrypoint:
          type: lambda_invoke
          target: {function_name: "${FUNCTION}"}
          payload: ["${A}-${B:-b}", "$${A}", "$5", "${EMPTY:-}", "${run.id}", "$${run.id}", {"${A}": 1, "${run.id}": 2}]
        expect: [{max_duration_ms: "${MAX:-5000}"}, {response_contains: "${run.id}"}]
        notes: ${not read}
        """,
        {"FUNCTION": "f", "A": "a", "run.id": "run-1"},
    )

    assert isinstance(case.stimulus, LambdaInvoke)
    assert case.stimulus.function_name == "f"
    assert case.stimulus.payload == ["a-b", "${A}", "$5", "", "run-1", "${run.id}", {"a": 1, "run-1": 2}]
    assert case.expect[0].params["max"] == 5000
    assert case.expect[1].params["text"] == "run-1"


def test_the_run_s_id_may_be_known_at_once() -> None:
    case = load("id: x\nentrypoint: {type: sqs_event, payload: 'a ${run.id} $${run.id}'}", {"run.id": "r7"})

    assert isinstance(case.stimulus, SqsEvent)
    assert case.stimulus.body == "a r7 ${run.id}"


def test_credentials_cannot_be_named() -> None:
    found = problems(
        "id: x\nentrypoint: {type: sqs_event, payload: '${AWS_SECRET_ACCESS_KEY}'}", {"AWS_SECRET_ACCESS_KEY": "s3cr3t"}
    )

    assert any("credential" in problem.what for problem in found)
    assert "s3cr3t" not in "".join(map(str, found))


def test_anchors_and_merge_keys() -> None:
    case = load(
        """
        x-base: &base {tenant: acme, stage: qa}
        id: x
        entrypoint:
          type: sqs_event
          payload: {<<: *base, stage: dev}
        """
    )

    assert isinstance(case.stimulus, SqsEvent)
    assert json.loads(case.stimulus.body) == {"stage": "dev", "tenant": "acme"}


def test_an_agent_s_turn_in_aws_s_own_spelling() -> None:
    case = load(
        """
        id: x
        entrypoint:
          type: bedrock_invoke_agent
          target: {mode: invoke_agent, agent_id: WYEP3TYH1A, agent_alias: "10KMKO4HUD", region: eu-west-1}
          payload:
            inputText: Hello
            sessionId: s-1
            enableTrace: true
            sessionState: {sessionAttributes: {n: 1}, promptSessionAttributes: {today: 2026-01-18}}
        expect: [has_spans]
        """
    )

    assert case.stimulus == BedrockInvokeAgent(
        agent_id="WYEP3TYH1A",
        agent_alias_id="10KMKO4HUD",
        input_text="Hello",
        session_id="s-1",
        session_attributes={"n": "1"},
        prompt_session_attributes={"today": "2026-01-18"},
    )


def test_the_draft_of_an_agent() -> None:
    case = load("id: x\nentrypoint:\n  type: bedrock_invoke_agent\n  target: {agent_version: draft}\n  payload: Hi")

    assert isinstance(case.stimulus, BedrockInvokeAgent)
    assert (case.stimulus.agent_id, case.stimulus.agent_alias_id) == ("A1", "TSTALIASID")


@pytest.mark.parametrize(
    "expected",
    [
        "expected: {invariants: [{name: max_retry_count, max_allowed: 3}, {name: max_duration_ms, value: 9}]}",
        "expected: {invariants: [{name: max_retry_count, params: {max: 3}}, {name: max_duration_ms, max: 9}]}",
        "invariants: [{type: max_retry_count, value: 3}, {type: max_duration_ms, value: 9}]",
    ],
)
def test_the_reference_kit_s_invariants_are_the_same_checks(expected: str) -> None:
    old = load(f"id: x\nentrypoint: {{type: sqs_event, payload: a}}\n{expected}").expect
    new = load(
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [max_retry_count: 3, max_duration_ms: 9]"
    ).expect

    assert [(check.name, check.params) for check in old] == [(check.name, check.params) for check in new]


WITH_MODIFIERS = ExpectedFailure(reason="JIRA-12: the ledger is late", until="2026-12-31")


@pytest.mark.parametrize(
    "written",
    [
        "expect: [{max_retry_count: 2, severity: warn, xfail: 'JIRA-12: the ledger is late until 2026-12-31'}]",
        "expect: [{severity: warn, xfail: '${WHY} until 2026-12-31', max_retry_count: {max: 2}}]",
        "invariants: [{name: max_retry_count, max_allowed: 2, severity: warn, xfail: '${WHY} until 2026-12-31'}]",
        "expected: {invariants: [{type: max_retry_count, xfail: '${WHY} until 2026-12-31', severity: warn, max: 2}]}",
    ],
)
def test_modifiers_stand_beside_a_check_in_every_form(written: str) -> None:
    values = {"WHY": "JIRA-12: the ledger is late"}
    (check,) = load(f"id: x\nentrypoint: {{type: sqs_event, payload: a}}\n{written}", values).expect

    assert (check.name, check.params["max"]) == ("max_retry_count", 2)
    assert (check.title, check.severity, check.xfail) == ("", "warn", WITH_MODIFIERS)


def test_a_check_may_have_a_name_of_its_own_before_or_after_it() -> None:
    written = "expect:\n  - name: all is well\n    no_error_spans:\n  - no_error_spans:\n    name: 404\n"
    first, second = load(f"id: x\nentrypoint: {{type: sqs_event, payload: a}}\n{written}").expect

    assert [first.title, second.title] == ["all is well", "404"]
    assert (first.where.line, first.where.column) == (5, 5)
    assert (first.severity, first.xfail) == ("error", None)


def test_a_live_case_of_the_reference_kit_loads() -> None:
    text = """
        id: live-haiku-001
        name: Worker Agent
        entrypoint:
          type: bedrock_invoke_agent
          target: {agent_id: "${WORKER}", agent_alias_id: "${ALIAS}", region: eu-west-1}
          payload: {inputText: Hello, enableTrace: true}
        expected:
          invariants: [{name: has_spans}, {name: has_entrypoint}]
          response_contains: [{type: text, pattern: ".*"}]
        log_sources: [{log_group: /aws/lambda/x, filter_pattern: ""}]
        notes: {source: infrastructure, created: "2026-01-18"}
        """
    case = load(text, {"WORKER": "W", "ALIAS": "L"})

    assert [check.name for check in case.expect] == ["has_spans", "has_entrypoint"]
    assert [p.severity for p in problems(text, {"WORKER": "W", "ALIAS": "L"})] == ["warning", "warning"]


def test_a_placeholder_counts_as_not_given() -> None:
    case = load(
        "id: x\nentrypoint:\n  type: sqs_event\n  payload: a\n"
        "  target: {mode: invoke_lambda, target_arn_or_url: REPLACE_ME}"
    )

    assert isinstance(case.stimulus, SqsEvent)
    assert case.stimulus.function_name == "orders-qa"


def test_another_region_is_refused() -> None:
    text = "id: x\nentrypoint:\n  type: lambda_invoke\n  target: {region: us-east-1}\nexpect: [has_spans]"

    assert [str(p.where) for p in problems(text)] == ["x.yaml:4:20"]


def test_windows_files_and_byte_order_marks_are_fine() -> None:
    text = "\ufeffid: x\r\nentrypoint:\r\n  type: sqs_event\r\n  payload: a\r\n"

    assert load(text).id == "x"
    assert load_case(text.encode(), "x", vocabulary=VOCABULARY, values={}, defaults=SET).id == "x"


def test_a_file_of_the_largest_size_is_read_and_a_larger_one_is_not() -> None:
    case = load("id: x\nentrypoint:\n  type: sqs_event\n  payload: [" + "1," * 150_000 + "1]")
    assert isinstance(case.stimulus, SqsEvent)
    assert len(json.loads(case.stimulus.body)) == 150_001

    assert "larger than 1,000,000" in problems("#" * 1_000_001)[0].what


def test_problems_come_as_one_error_of_the_user() -> None:
    with pytest.raises(Problems) as raised:
        load("id: ../x\nentrypoint: {type: sqs_evnt}")

    assert len(raised.value.problems) == 2
    assert raised.value.exit_code == 2
    assert str(raised.value).count("error: ") == 2


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"k{number}: v\n" for number in range(5000)),
        "a: 1\n" * 5000,
        "id: x\nentrypoint: {type: sqs_event, payload: a}\nexpect: [" + "has_span, " * 5000 + "]",
        "id: x\nentrypoint: {type: sqs_event, payload: a}\ntags: [" + "{}, " * 5000 + "]",
        "id: x\nentrypoint: {type: sqs_event, payload: '" + "${A}" * 5000 + "'}",
    ],
    ids=["keys", "duplicates", "checks", "tags", "variables"],
)
@pytest.mark.timeout(20)
def test_a_hundred_problems_are_enough(text: str) -> None:
    found = problems(text)

    assert len(found) == 101
    assert found[-1].what.endswith("more problems are not shown")


def test_a_check_whose_value_is_a_mapping_can_stand_in_the_reference_kits_list() -> None:
    text = """
        id: x
        entrypoint: {type: sqs_event, payload: a}
        expected:
          invariants:
            - {name: response, fields: {text: a}}
            - {name: spans, spans: {name: a}, count: 2}
    """
    first, second = load(text).expect
    assert first.params == {"fields": {"text": "a"}}
    assert second.params == {"spans": {"name": "a"}, "count": 2}

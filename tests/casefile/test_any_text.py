"""Whatever a file holds, reading it ends in a case or in problems with a place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from itk.casefile import Targets, read_case, read_repository
from itk.checks import VOCABULARY

PIECES = st.sampled_from(
    [
        *[
            "id: x\n",
            "entrypoint:\n",
            "  type: sqs_event\n",
            "  payload: a\n",
            "expect:\n",
            "  - has_spans\n",
            "- ",
            ": ",
        ],
        *['"', "'", "[", "]", "{", "}", ",", "\t", "\n", "  ", "&a ", "*a", "<<: *a\n", "!!int ", "!x ", "|\n", ">\n"],
        *["spans: {", "count: ", "all: {", "response: {a.b: ", "budget: {e2e: ", "trace: {", "in: [", "matches: ("],
        *["---\n", "...\n", "%YAML 1.1\n", "? ", "#", "\\", "\\U99999999", "${", "${A}", "$${", "}", "yes", "1_0", "~"],
        *["that: ", "`1`", "spans[?", "expected:\n", "  invariants:\n", "  - name: x\n", "tags: ", "wait: {timeout: "],
        *[
            "\x00",
            "\x85",
            "\u2028",
            "\ufeff",
            "\ud800",
            "😀",
            "９",
            "1e99999",
            "0x",
            "-",
            "message_attributes: {a: {}}\n",
        ],
        *["name: ", "severity: warn\n", "    xfail: A until 2026-12-31\n", "xfail: ", "defaults: {without: [a]}\n"],
        *["target: ", "  target: {queue_url: [1]}\n", "bedrock_invoke_agent", "lambda_invoke", "payload: {body: }\n"],
    ]
)


@settings(max_examples=120, deadline=5000)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_gives_a_case_or_problems(text: str) -> None:
    case, problems = read_case(
        text, "x.yaml", vocabulary=VOCABULARY, values={"A": "a"}, defaults=Targets(queue_url="x")
    )

    assert (case is None) == any(problem.severity == "error" for problem in problems)
    for problem in problems:
        shown = str(problem)
        assert problem.where.path == "x.yaml"
        assert "\x1b" not in shown
        shown.encode()


@settings(max_examples=120, deadline=5000)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(PIECES | st.sampled_from(["defaults:\n", "suite:\n", "  retries: 1\n"]), max_size=25).map("".join),
    )
)
def test_any_text_gives_a_repository_or_problems(text: str) -> None:
    repository, problems = read_repository(text, "itk.yaml", vocabulary=VOCABULARY, values={"A": "a"})

    assert (repository is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.where.path == "itk.yaml" for problem in problems)


@settings(max_examples=100, deadline=5000)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_case_or_problems(raw: bytes) -> None:
    case, problems = read_case(raw, "x.yaml", vocabulary=VOCABULARY, values={}, defaults=Targets())

    assert (case is None) == any(problem.severity == "error" for problem in problems)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=120, deadline=5000)
@given(
    st.dictionaries(st.sampled_from(["id", "name", "tags", "entrypoint", "expect", "wait", "notes", "x"]), json_values)
)
def test_any_shape_gives_a_case_or_problems(shape: dict[str, object]) -> None:
    """JSON is YAML: any value in any place of a case."""
    import json

    case, problems = read_case(json.dumps(shape), "x", vocabulary=VOCABULARY, values={}, defaults=Targets())
    assert (case is None) == any(problem.severity == "error" for problem in problems)


CHECK_KEYS = st.sampled_from([*VOCABULARY, "name", "severity", "xfail", "type", "params", "defaults", "max", "text"])
check_items = st.dictionaries(CHECK_KEYS, json_values | st.sampled_from(["warn", "A until 2026-12-31"]), max_size=4)


@settings(max_examples=200, deadline=5000)
@given(st.sampled_from(["expect", "invariants"]), st.lists(check_items | CHECK_KEYS, max_size=3), json_values)
def test_any_item_gives_a_case_or_problems(key: str, items: list[object], defaults: object) -> None:
    import json

    entrypoint = {"type": "sqs_event", "payload": "a"}
    text = json.dumps({"id": "x", "entrypoint": entrypoint, key: items, "defaults": defaults})
    case, problems = read_case(text, "x", vocabulary=VOCABULARY, values={}, defaults=Targets(queue_url="x"))

    assert (case is None) == any(problem.severity == "error" for problem in problems)


@settings(max_examples=120, deadline=5000)
@given(json_values)
def test_a_payload_in_json_arrives_as_it_is(payload: object) -> None:
    """What is valid JSON means in a case what it means in JSON."""
    import json

    text = json.dumps({"id": "x", "entrypoint": {"type": "lambda_invoke", "payload": payload}}).replace("${", "$${")
    case, problems = read_case(text, "x", vocabulary=VOCABULARY, values={}, defaults=Targets(function_name="f"))

    assert case is not None, problems
    assert case.stimulus.payload == payload  # type: ignore[union-attr]

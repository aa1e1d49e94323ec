"""The details of a span: all that Python knows of it, its neighbours, its evidence, and what can be copied."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from itk.model.evidence import Usage
from itk.model.run import RunResult
from itk.model.trace import Payload, SpanEvent
from tests.renderers import build
from tests.renderers.viewer import odd
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import both, choose, current, details, section

pytestmark = pytest.mark.browser


def opened(show: Show, run: RunResult, span_id: str, name: str = "timeline.html") -> Any:
    page = show(run, name, at=f"#span={span_id}")
    section(page, "Ids")
    return page


@pytest.mark.parametrize("make", [build.doubtful, build.retried, build.inconclusive])
def test_whatever_is_known_of_a_span_can_be_read(show: Show, make: Any) -> None:
    """For each span: names, ids, times to the nanosecond, outcome, evidence, rule, log lines, payloads."""
    run: RunResult = make()
    page = show(run, "timeline.html")
    for span in run.trace.spans:
        page.goto(f"{page.url.partition('#')[0]}#span={span.span_id}")
        section(page, "Ids").get_by_text(span.span_id, exact=True).first.wait_for()
        for title in ("Evidence", "Raw JSON", "How it was placed"):
            section(page, title)
        said = details(page).inner_text()
        for value in known(span):
            assert value in said, (span.name, value)


def known(span: Any) -> list[str]:
    found = [span.operation, span.component.name, span.status, span.evidence[0].group, span.evidence[0].stream]
    found += [event.text for event in span.events]
    if span.start_ns is not None:
        found.append(f"{span.start_ns % 1_000_000_000:09}"[:6])
    if span.join:
        found += [span.join.rule, span.join.tier]
    if span.error:
        found += [span.error.type, span.error.message]
    return found


@both
def test_details_say_attempt_batch_join_and_log_lines(show: Show, name: str) -> None:
    page = show(build.doubtful(), name)
    choose(page, "process intake")
    said = details(page)
    for words in ("try 1 of 3", "batch of 5", "sqs batch", "4 messages of other runs", "1-67891233-abcdef"):
        expect(said).to_contain_text(words)
    page = show(build.happy(), name)
    choose(page, re.compile("process notify"))
    expect(section(page, "Log lines and events")).to_contain_text("mail sent")
    expect(section(page, "How it was placed")).to_contain_text("messageId 0c1d2e3f equals")


def test_neighbours_lead_on_and_back(show: Show) -> None:
    run = build.happy()
    page = show(run)
    choose(page, "GetItem")
    title = details(page).get_by_role("heading", level=2)
    details(page).get_by_role("button", name="Invoke on lambda lookup-order").or_(
        details(page).get_by_title("Invoke on lambda lookup-order")
    ).first.click()
    expect(title).to_have_text("Invoke")
    details(page).get_by_role("button", name="Next span").click()
    expect(title).to_have_text("GetItem")
    details(page).get_by_role("button", name="Previous span").click()
    expect(title).to_have_text("Invoke")
    details(page).get_by_role("button", name="Close details").click()
    expect(details(page)).to_have_count(0)


def test_links_lead_to_their_other_end_and_tokens_are_counted_once(show: Show) -> None:
    run = build.doubtful()
    agent = next(span for span in run.trace.spans if span.operation == "invoke_agent")
    page = opened(show, run, agent.span_id)
    expect(details(page)).to_contain_text("Counted on another span of this run")
    audit = run.trace.spans[-1]
    page = opened(show, run, audit.span_id)
    section(page, "Links").locator(".span-button").click()
    expect(details(page).get_by_role("heading", level=2)).to_have_text("Invoke")
    expect(details(page)).to_contain_text("lookup-order")


def test_every_attempt_is_one_click_away(show: Show) -> None:
    page = show(build.poison())
    choose(page, "process intake")
    tries = details(page).get_by_role("list", name="Attempts").get_by_role("button")
    expect(tries).to_have_count(3)
    for at in range(3):
        tries.nth(at).click()
        expect(tries.nth(at)).to_have_attribute("aria-current", "true")
        expect(details(page)).to_contain_text("KeyError")


@both
def test_copy_gives_the_text_as_it_was(show: Show, name: str) -> None:
    run = build.happy()
    sent = run.trace.spans[0]
    page = show(run, name)
    choose(page, "SendMessage")
    copied = copy(page, "Copy request")
    assert sent.request is not None
    assert json.loads(copied) == sent.request.value
    section(page, "Raw JSON")
    assert json.loads(copy(page, "Copy raw JSON"))["span_id"] == sent.span_id
    section(page, "Ids")
    assert copy(page, "Copy span_id") == sent.span_id


def copy(page: Any, name: str) -> str:
    page.evaluate("navigator.clipboard.writeText('')")
    details(page).get_by_role("button", name=name, exact=True).click()
    said = name.replace("Copy ", "Copied: ")
    expect(details(page).get_by_role("button", name=said, exact=True)).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_digits_are_kept_and_json_within_json_is_read(show: Show) -> None:
    page = show(build.happy())
    choose(page, "GetItem")
    expect(section(page, "Response")).to_contain_text("12345678901234567890")
    choose(page, "process intake")
    request = section(page, "Request")
    request.locator(".json button[aria-expanded=false]").first.click()
    expect(request).to_contain_text("A-17")
    request.get_by_role("button", name="Text", exact=True).click()
    expect(request.get_by_role("group", name="request", exact=True)).to_contain_text('"Records"')


def test_a_payload_of_a_megabyte_opens_and_is_cut_until_asked(show: Show) -> None:
    page = show(odd.heavy())
    choose(page, "SendMessage")
    request = section(page, "Request")
    expect(request).to_contain_text(re.compile(r"\d kB|MB"))
    assert page.evaluate("document.querySelectorAll('*').length") <= 1_500
    choose(page, "process intake")
    response = section(page, "Response")
    more = response.get_by_role("button", name=re.compile("Show all [0-9,]+ characters"))
    expect(more).to_be_visible()
    more.click()
    expect(more).to_have_count(0)
    assert len(response.get_by_role("group", name="response").inner_text()) > 900_000


def agents() -> RunResult:
    """An agent that thinks, asks a model, is stopped by a guardrail, and answers."""
    run = build.happy()
    notes = (
        SpanEvent(time_ns=build.at_known(240), name="rationale", text="I have to look up the order first."),
        SpanEvent(
            time_ns=build.at_known(1250), name="guardrail", text="GUARDRAIL_INTERVENED", body='{"is": "BLOCKED"}'
        ),
    )

    def told(span: Any) -> Any:
        if span.component.type == "agent":
            usage = Usage(input_tokens=1802, output_tokens=147, counted=False)
            return msgspec.structs.replace(span, events=notes, usage=usage)
        if span.component.type == "model":
            asked = {"messages": [{"role": "user", "content": [{"text": "My lamp is broken"}]}]}
            answer = {"output": {"message": {"role": "assistant", "content": [{"text": "I am sorry."}]}}}
            return msgspec.structs.replace(span, request=Payload(value=asked), response=Payload(value=answer))
        return span

    return build.result(msgspec.structs.replace(run.trace, spans=tuple(map(told, run.trace.spans))))


def test_an_agent_shows_what_it_thought_whom_it_asked_and_what_it_cost(show: Show) -> None:
    page = show(agents())
    choose(page, "InvokeAgent")
    talk = section(page, "Agent")
    thought = ("rationale", "I have to look up the order first.", "guardrail", "GUARDRAIL_INTERVENED")
    for words in ("My lamp is broken", *thought, "chat", "execute_tool", "I will refund order A-17."):
        expect(talk).to_contain_text(words)
    turns = talk.get_by_role("listitem").all_inner_texts()
    first = ("look up the order", "execute_tool", "GUARDRAIL")
    order = [next(at for at, turn in enumerate(turns) if said in turn) for said in first]
    assert order == sorted(order)
    expect(details(page)).to_contain_text("1,802")
    talk.get_by_role("button", name=re.compile("execute_tool")).click()
    before = section(page, "What the agent said before")
    expect(before).to_contain_text("I have to look up the order first.")


def test_a_model_shows_prompt_answer_and_tokens(show: Show) -> None:
    run = agents()
    model = next(span for span in run.trace.spans if span.component.type == "model")
    page = opened(show, run, model.span_id, "trace-viewer.html")
    talk = section(page, "Prompt and answer")
    for words in ("user", "My lamp is broken", "assistant", "I am sorry."):
        expect(talk).to_contain_text(words)
    expect(section(page, "Tokens")).to_contain_text("812")
    expect(section(page, "Tokens")).to_contain_text("of 1,802")


def test_the_same_operation_elsewhere_says_whether_this_one_was_slow(show: Show) -> None:
    run = big_run(200)
    span = next(span for span in run.trace.spans if span.operation == "GetItem")
    page = opened(show, run, span.span_id)
    same = section(page, "This operation elsewhere")
    slowest = same.get_by_role("button", name=re.compile("^slowest"))
    slowest.click()
    expect(
        section(page, "This operation elsewhere").get_by_role("button", name=re.compile("^slowest"))
    ).to_be_disabled()
    expect(current(page).first).to_be_in_viewport()


def test_the_panel_is_as_wide_as_one_wants_next_time_too(show: Show) -> None:
    page = show(build.happy())
    choose(page, "SendMessage")
    edge = page.get_by_role("separator", name="Width of the details")
    before = int(edge.get_attribute("aria-valuenow"))
    expect(page).to_have_url(re.compile("#span="))
    edge.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 72))
    page.reload()
    page.locator("html[data-ready]").wait_for()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 72))

"""Seeded traffic with known truth: SQS -> intake -> Bedrock agent -> lookup -> table, and -> SQS -> notify.

In some styles a topic or a bus stands before the queue and calls `audit` too, and `intake` starts an execution of a
state machine that calls `charge`.

Raw log events in the forms that AWS, Powertools and the logging contract write, many runs and real traffic in the same
batches, warm environments with one log stream each. `truth` says which runs each record served; "" is real traffic.
"""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from itk import formats
from itk.model.evidence import EventKey, LogEvent, Observation
from itk.model.ids import Id, IdKind, span_id
from itk.model.run import Receipt
from itk.stitch import RedrivePolicy
from tests.stitch.segments import Recorder, Segments, as_spans

BASE_MS = 1_795_332_660_000
RECEIVES_MAX = 3
POLICIES = {
    "intake": RedrivePolicy("intake", RECEIVES_MAX, "intake-dlq"),
    "notify": RedrivePolicy("notify", RECEIVES_MAX, "notify-dlq"),
}
REAL = ""  # stands for a run where nobody marked the message
Runs = frozenset[str]
_ENVELOPES: dict[str, IdKind] = {"sns": "sns_message_id", "eventbridge": "eventbridge_event_id"}


@dataclass(slots=True)
class Message:
    """What lies in a queue. `run` is REAL for real traffic; `fate` is what will happen to it."""

    queue: str
    id: str
    run: str
    fate: str
    receives: int = 0
    header: str = ""  # AWSTraceHeader: trace and span of the sender
    envelope: str = ""  # sns or eventbridge: what put it into the queue, under an id of its own
    event_id: str = ""

    @property
    def runs(self) -> Runs:
        return frozenset({self.run})


@dataclass(slots=True)
class Environment:
    """A warm execution environment: one log stream, one invocation at a time, and whatever its logger still holds."""

    group: str
    stream: str
    free_ms: int = 0
    cold: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    written: int = 0


@dataclass(frozen=True, slots=True)
class Style:
    """How the applications log, and how unlucky they are."""

    json_platform: bool = False
    dump: bool = False  # intake logs the event that it got
    says_size: bool = True  # notify's span lines say how many records there were
    stale: bool = False  # keys stay on the logger, and the run's marker is set only where there is one
    drop_ids: float = 0.0  # how likely a key is absent from a line
    reuse_sessions: float = 0.0
    trouble: float = 0.25  # how likely a message is retried, poisonous, killed by a timeout or by a crash
    xray: float | None = None  # X-Ray is on, and this part of its segments has arrived
    unlogged: bool = True  # calls that X-Ray alone knows
    envelope: str = ""  # sns or eventbridge: where ITK and everybody else sends to
    machine: bool = False  # intake starts an execution for each question
    unmarked: bool = False  # nothing that is logged names the run: whose it is follows from AWS's ids alone
    search: bool = False  # Transaction Search: segments are spans in the log group aws/spans


class Traffic:
    """Everything that was logged while `runs` runs and `others` other messages went through."""

    def __init__(self, seed: int, runs: int = 10, others: int = 5, style: Style = Style()) -> None:
        self.random, self.style = random.Random(seed), style
        self.now_ms = BASE_MS
        self.events: list[LogEvent] = []
        self.truth: dict[EventKey, Runs] = {}
        self.receipts: list[Receipt] = []
        self._environments: dict[str, list[Environment]] = {
            "intake": [],
            "lookup": [],
            "notify": [],
            "audit": [],
            "charge": [],
        }
        self._machine = Environment("/aws/vendedlogs/states/charge", "states/charge/1")
        self._queue: list[tuple[int, int, Message]] = []
        self._sent = 0
        self.xray = Recorder(self.random) if style.xray is not None else None
        self._send(runs, others)
        self._deliver()
        self.random.shuffle(self.events)

    # What tests ask for.

    def of(self, *run_ids: str) -> list[LogEvent]:
        """What was logged for these runs, in the company of others or not."""
        return [event for event in self.events if self.truth[key(event)] & set(run_ids)]

    # Sending and delivering.

    def _send(self, runs: int, others: int) -> None:
        for n in range(runs + others):
            run = f"itk-{self.random.getrandbits(80):020x}" if n < runs else REAL
            message = Message("intake", self.uuid(), run, self._fate())
            root = self.xray.minted(run) if self.xray else ""
            message.header = f"Root={root};Parent={span_id('xray', run)};Sampled=1" if root else ""
            sent_ms = BASE_MS + self.random.randrange(200)
            self._put(message, sent_ms + self.random.randrange(5, 900))
            sent = Id("sqs_message_id", message.id)
            if self.style.envelope:
                message.envelope, message.event_id = self.style.envelope, self.uuid()
                sent = Id(_ENVELOPES[message.envelope], message.event_id)
                heard = replace(message, queue="audit", fate="fine")
                self._put(heard, sent_ms + self.random.randrange(5, 900))
            if run:
                ids = (Id("run_id", run), sent, Id("aws_request_id", self.uuid()))
                ids += (Id("xray_root", root),) if root else ()
                self.receipts.append(
                    Receipt(
                        run_id=run,
                        entrypoint="sqs_event",
                        operation="SendMessage",
                        target_type="queue",
                        target_name="intake",
                        sent_ns=sent_ms * 1_000_000,
                        answered_ns=(sent_ms + 4) * 1_000_000,
                        ids=ids,
                    )
                )

    def _fate(self) -> str:
        if self.random.random() >= self.style.trouble:
            return "fine"
        return self.random.choice(["retry", "poison", "timeout", "crash"])

    def _put(self, message: Message, at_ms: int) -> None:
        self._sent += 1
        heapq.heappush(self._queue, (at_ms, self._sent, message))

    def _deliver(self) -> None:
        """Batches of 1 to 10: whoever waits when a poller comes by, whosever it is."""
        while self._queue:
            at_ms, _, first = heapq.heappop(self._queue)
            batch, limit, later = [first], self.random.choice([1, 1, 3, 10]), []
            if first.queue == "audit":
                self.now_ms = at_ms
                self._audit(first)
                continue
            while self._queue and self._queue[0][0] < at_ms + 400 and len(batch) < limit:
                entry = heapq.heappop(self._queue)
                (batch.append(entry[2]) if entry[2].queue == first.queue else later.append(entry))
            for entry in later:
                heapq.heappush(self._queue, entry)
            self.now_ms = at_ms
            failed = self._intake(batch) if first.queue == "intake" else self._notify(batch)
            for message in failed:
                if message.receives < RECEIVES_MAX:
                    self._put(message, self.now_ms + 2_000 + self.random.randrange(500))

    # The functions.

    def _intake(self, batch: Sequence[Message]) -> list[Message]:
        failed: list[Message] = []
        with self._invocation("intake", runs_of(batch), json_platform=self.style.json_platform, batch=batch) as call:
            env = call.env
            if not self.style.stale:
                env.keys.clear()
            for message in batch:
                message.receives += 1
            if self.style.dump:
                self._powertools(call, runs_of(batch), {"Records": [sqs_record(m) for m in batch]})
            if self.random.random() < 0.3:
                self._powertools(call, runs_of(batch), f"{len(batch)} record(s)")
            for message in batch:
                if not self.style.stale:
                    env.keys.clear()
                env.keys["sqs_message_id"] = message.id
                if message.run and not self.style.unmarked:
                    env.keys["itk_trace_id"] = message.run
                if not self._answer(call, message):
                    failed.append(message)
                if call.killed:
                    return list(batch)
        return failed

    def _answer(self, call: Call, message: Message) -> bool:
        """One question: ask the agent, send its answer on. Whether that went well."""
        began, runs, first = self.now_ms, message.runs, message.receives == 1
        if call.segments:
            call.segments.serving = message.run
        self._powertools(call, runs, f"question {message.id[:4]}")
        if message.fate in ("timeout", "crash") and first:
            call.killed = message.fate
            return False
        error = message.fate == "poison" or (message.fate == "retry" and first)
        if not error:
            self._agent(call, message)
            if self.style.machine:
                self._execute(call, message)
            onward = Message("notify", self.uuid(), message.run, self.random.choice(["fine"] * 9 + ["poison"]))
            self._put(onward, self.now_ms + self.random.randrange(20, 600))
            span = self._span("PRODUCER", "queue", "notify", "SendMessage", self.now_ms, sqs_message_id=onward.id)
            onward.header = call.sends(onward.id, self.now_ms, self.uuid() if self.xray else "")
            self._powertools(call, runs, json.dumps(span))
        else:
            self._powertools(call, runs, "record failed", level="ERROR", exception_name="ValueError", exception="no")
        span = self._span("CONSUMER", "queue", "intake", "ReceiveMessage", began, sqs_message_id=message.id)
        span |= {"attempt": message.receives, "status": "error" if error else "ok"}
        self._powertools(call, runs, json.dumps(span))
        return not error

    def _agent(self, call: Call, message: Message) -> None:
        began, invocation, runs = self.now_ms, self.uuid(), message.runs
        session = "s-shared" if self.random.random() < self.style.reuse_sessions else message.id
        times = {"agentId": "AGENT00001", "agentAliasId": "ALIAS00001", "sessionId": session}
        trace_id = f"{invocation}-0"

        def log(step: dict[str, Any]) -> None:
            part = times | {"eventTime": iso(self.now_ms), "trace": {"orchestrationTrace": step}}
            self._powertools(call, runs, json.dumps({"agent_trace": part}))

        log({"modelInvocationInput": {"traceId": trace_id, "foundationModel": "nova", "text": "{}"}})
        log({"modelInvocationOutput": {"traceId": trace_id, "metadata": self._metadata()}})
        tool = {"actionGroupName": "orders", "function": "lookupOrder", "executionType": "LAMBDA"}
        log({"invocationInput": {"traceId": trace_id, "actionGroupInvocationInput": tool}})
        request = self._lookup(message, session, call.calls("Bedrock Agent Runtime", "InvokeAgent", began, invocation))
        output = {"text": "{}", "metadata": self._metadata(clientRequestId=request)}
        log({"observation": {"traceId": trace_id, "type": "ACTION_GROUP", "actionGroupInvocationOutput": output}})
        final = {"text": "shipped", "metadata": self._metadata(operationTotalTimeMs=40)}
        log({"observation": {"traceId": trace_id, "type": "FINISH", "finalResponse": final}})
        span = self._span("CLIENT", "agent", "desk", "InvokeAgent", began, aws_request_id=invocation)
        self._powertools(call, runs, json.dumps(span))
        if self.xray and self.style.unlogged:
            call.notes(message.run, self.now_ms, self.uuid())

    def _metadata(self, **more: Any) -> dict[str, Any]:
        return {"startTime": iso(self.now_ms - 3), "endTime": iso(self.now_ms), "totalTimeMs": 3, **more}

    def _lookup(self, message: Message, session: str, header: str) -> str:
        with self._invocation("lookup", message.runs, json_platform=True, header=header) as call:
            keys = {"session_id": session} | self._marker(message)
            self._json(call, message.runs, "looking up", keys)
            write = self.uuid()
            call.calls("DynamoDB", "UpdateItem", self.now_ms, write, table_name="orders")
            span = self._span("CLIENT", "table", "orders", "UpdateItem", self.now_ms, aws_request_id=write)
            self._json(call, message.runs, json.dumps(span), keys)
        return call.request_id

    def _notify(self, batch: Sequence[Message]) -> list[Message]:
        failed = []
        with self._invocation("notify", runs_of(batch), json_platform=False, batch=batch) as call:
            for message in batch:
                message.receives += 1
                began = self.now_ms
                self._text(call, message.runs, f"answer delivered {self.random.randrange(99)}")
                span = self._span("CONSUMER", "queue", "notify", "ReceiveMessage", began, sqs_message_id=message.id)
                bad = message.fate == "poison"
                span |= {"attempt": message.receives, "status": "error" if bad else "ok"}
                span |= self._marker(message)
                span |= {"batch_size": len(batch)} if self.style.says_size else {}
                self._text(call, message.runs, json.dumps(span))
                if bad:
                    failed.append(message)
        return failed

    def _audit(self, message: Message) -> None:
        """Called by the topic or the bus itself; none of its lines names anybody."""
        with self._invocation("audit", message.runs, json_platform=True) as call:
            call.env.keys.clear()
            event = envelope_of(message)
            self._powertools(call, message.runs, event if message.envelope == "eventbridge" else {"Records": [event]})
            self._log(call.env, message.runs, "written down")

    def _execute(self, call: Call, message: Message) -> None:
        """An execution of one task, which may need a second try. Its input names nobody."""
        began, runs = self.now_ms, message.runs
        arn = f"arn:aws:states:eu-west-1:111122223333:execution:charge:{self.uuid()}"
        written = 0

        def log(kind: str, previous: int, **details: Any) -> int:
            nonlocal written
            written += 1
            head = {"id": str(written), "type": kind, "details": details, "previous_event_id": str(previous)}
            tail = {"event_timestamp": str(self.now_ms), "execution_arn": arn, "redrive_count": "0"}
            self._log(self._machine, runs, json.dumps(head | tail))
            return written

        task = {"resource": "invoke", "resourceType": "lambda"}
        log("ExecutionStarted", 0, input='{"order": 42}')
        last = log("TaskStateEntered", 0, name="Charge")
        for fails in [True, False] if self.random.random() < self.style.trouble else [False]:
            last = log("TaskScheduled", last, **task, parameters='{"FunctionName": "charge"}')
            last = log("TaskStarted", last, **task)
            with self._invocation("charge", runs, json_platform=True) as charge:
                self._log(charge.env, runs, "charging")
                charge.killed = "crash" if fails else ""
            cause = json.dumps({"errorMessage": "no more", "errorType": "MemoryError", "requestId": charge.request_id})
            output = {"SdkHttpMetadata": {"HttpHeaders": {"x-amzn-RequestId": charge.request_id}}, "StatusCode": 200}
            told = {"error": "MemoryError", "cause": cause} if fails else {"output": json.dumps(output)}
            last = log("TaskFailed" if fails else "TaskSucceeded", last, **task, **told)
        last = log("TaskStateExited", last, name="Charge")
        log("ExecutionSucceeded", last)
        span = self._span("CLIENT", "state_machine", "charge", "StartExecution", began, execution_arn=arn)
        self._powertools(call, runs, json.dumps(span))
        if self.style.stale:
            call.env.keys["execution_arn"] = arn  # and nobody takes it off again

    def _marker(self, message: Message) -> dict[str, str]:
        return {"itk_trace_id": message.run} if message.run and not self.style.unmarked else {}

    # Lambda.

    @contextmanager
    def _invocation(
        self, function: str, runs: Runs, *, json_platform: bool, batch: Sequence[Message] = (), header: str = ""
    ) -> Iterator[Call]:
        env = self._environment(function)
        call = Call(env, self.uuid(), function)
        if self.xray:
            call.segments = self.xray.begin(function, call.request_id, header, [message.header for message in batch])
        platform = _json_platform if json_platform else _text_platform
        if env.cold:
            self._log(env, runs, platform("init_start", call, self.now_ms))
            if not json_platform:
                self._log(env, runs, "loading the model table")
            self.now_ms += 80
        self._log(env, runs, platform("start", call, self.now_ms))
        started, cold = self.now_ms, env.cold
        yield call
        if call.killed == "crash":
            text = '[ERROR] MemoryError: no more\nTraceback (most recent call last):\n  File "app.py", line 1, in go\n'
            self._log(env, runs, text)
        self._log(env, runs, platform("end", call, self.now_ms))
        self._log(env, runs, platform("report", call, self.now_ms))
        if call.killed == "timeout" and not json_platform:
            self._log(env, runs, f"{iso(self.now_ms)} {call.request_id} Task timed out after 3.00 seconds\n\n", step=0)
        if call.segments and self.style.xray is not None:
            for document in call.segments.end(started, self.now_ms, cold=cold):
                self._put_segment(document, runs, call.segments.whose)
        env.cold = bool(call.killed)
        if call.killed:
            env.keys.clear()
        env.free_ms = self.now_ms + 1

    def _environment(self, function: str) -> Environment:
        warm = [env for env in self._environments[function] if env.free_ms <= self.now_ms]
        if warm and self.random.random() < 0.9:
            return self.random.choice(warm)
        stream = f"2026/11/22/[$LATEST]{self.random.getrandbits(128):032x}"
        env = Environment(f"/aws/lambda/{function}", stream)
        self._environments[function].append(env)
        return env

    # Lines.

    def _powertools(self, call: Call, runs: Runs, message: Any, *, level: str = "INFO", **more: str) -> None:
        head = {"level": level, "location": "app:1", "message": message, "timestamp": iso(self.now_ms)}
        context = {"service": "intake", "cold_start": False, "function_name": call.function}
        keys = {"function_request_id": call.request_id, **call.env.keys}
        self._log(call.env, runs, json.dumps(head | context | self._kept(keys) | more))

    def _json(self, call: Call, runs: Runs, message: str, keys: dict[str, str]) -> None:
        head = {"timestamp": iso(self.now_ms), "level": "INFO", "message": message, "logger": "app"}
        self._log(call.env, runs, json.dumps(head | self._kept(keys | {"requestId": call.request_id})))

    def _text(self, call: Call, runs: Runs, message: str) -> None:
        self._log(call.env, runs, f"[INFO]\t{iso(self.now_ms)}\t{call.request_id}\t{message}\n")

    def _kept(self, keys: dict[str, str]) -> dict[str, str]:
        return {k: v for k, v in keys.items() if self.random.random() >= self.style.drop_ids}

    def _span(self, kind: str, type_: str, name: str, operation: str, began_ms: int, **ids: str) -> dict[str, Any]:
        head = {"itk": "span", "name": f"{operation} {name}", "kind": kind, "component": {"type": type_, "name": name}}
        times = {"start_time": iso(began_ms), "end_time": iso(self.now_ms)}
        return head | times | {"operation": operation, "status": "ok", "ids": ids}

    def _log(self, env: Environment, runs: Runs, message: str, *, step: int = 1) -> None:
        self.now_ms += step * self.random.randrange(0, 4)
        env.written += 1
        number = f"{self.now_ms}{env.written:06d}"
        event = LogEvent(
            group=env.group, stream=env.stream, event_id=number, time_ms=self.now_ms, message=message, ingested_ms=None
        )
        self.events.append(event)
        self.truth[key(event)] = runs

    def _put_segment(self, document: dict[str, Any], runs: Runs, whose: dict[str, str]) -> None:
        if self.random.random() >= (self.style.xray or 0.0):
            return
        time_ms, trace_id = int(document["start_time"] * 1000), document["trace_id"]
        for part in as_spans(document) if self.style.search else [document]:
            own = part["spanId"] if self.style.search else part["id"]
            place: dict[str, Any] = {"source": "xray", "group": "xray", "stream": trace_id}
            if self.style.search:
                place = {"group": "aws/spans", "stream": "default"}
                run = whose.get(own)
                runs_of_it = runs if run is None else frozenset({run})
            else:
                runs_of_it = runs
            event = LogEvent(**place, event_id=own, time_ms=time_ms, message=json.dumps(part))
            self.events.append(event)
            self.truth[key(event)] = runs_of_it

    def uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))


@dataclass(slots=True)
class Call:
    """One invocation under way."""

    env: Environment
    request_id: str
    function: str
    killed: str = ""
    segments: Segments | None = None

    def calls(self, service: str, operation: str, began_ms: int, request_id: str, **aws: str) -> str:
        """The trace header that what is called gets; empty where nobody traces."""
        if self.segments is None:
            return ""
        return self.segments.call(service, operation, began_ms, request_id=request_id, **aws)

    def sends(self, message_id: str, now_ms: int, request_id: str) -> str:
        if self.segments is None:
            return ""
        queue = {"queue_url": "https://sqs.eu-west-1.amazonaws.com/111122223333/notify"}
        ids = {"message_id": message_id, "request_id": request_id}
        return self.segments.call("SQS", "SendMessage", now_ms, **ids, **queue)

    def notes(self, run: str, now_ms: int, request_id: str) -> None:
        """A subsegment of the code's own, with an annotation, and a call within it that no line tells of."""
        if self.segments is not None:
            self.segments.note(run, now_ms, request_id)


def _text_platform(phase: str, call: Call, now_ms: int) -> str:
    if phase == "init_start":
        return "INIT_START Runtime Version: python:3.13.v31\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0\n"
    if phase == "report":
        return (
            f"REPORT RequestId: {call.request_id}\tDuration: 12.61 ms\tBilled Duration: 13 ms\t"
            "Memory Size: 256 MB\tMax Memory Used: 80 MB\t\n" + _xray_line(call)
        )
    return f"{phase.upper()} RequestId: {call.request_id}" + (" Version: $LATEST\n" if phase == "start" else "\n")


def _json_platform(phase: str, call: Call, now_ms: int) -> str:
    kind = {"init_start": "initStart", "start": "start", "end": "runtimeDone", "report": "report"}[phase]
    record: dict[str, Any] = {} if phase == "init_start" else {"requestId": call.request_id}
    if phase in ("end", "report"):
        status = {"": "success", "timeout": "timeout", "crash": "error"}[call.killed]
        record |= {"status": status, "metrics": {"durationMs": 12.6}}
        if call.segments:
            record["tracing"] = {"type": "X-Amzn-Trace-Id", "value": f"Root={call.segments.root};Sampled=1"}
    return json.dumps({"time": iso(now_ms), "type": f"platform.{kind}", "record": record})


def _xray_line(call: Call) -> str:
    return (
        f"XRAY TraceId: {call.segments.root}\tSegmentId: {call.segments.own}\tSampled: true\n" if call.segments else ""
    )


def envelope_of(message: Message) -> dict[str, Any]:
    """As a function gets it from the topic (one record of it) or from the bus. Neither names the run."""
    if message.envelope == "sns":
        sns = {"Type": "Notification", "MessageId": message.event_id, "TopicArn": "arn:aws:sns:r:1:orders"}
        return {"EventSource": "aws:sns", "Sns": sns | {"Message": '{"text": "where is it?"}'}}
    head = {"version": "0", "id": message.event_id, "detail-type": "Asked", "source": "shop", "account": "1"}
    return head | {"region": "r", "time": iso(BASE_MS), "detail": {"text": "where is it?"}}


def sqs_record(message: Message) -> dict[str, Any]:
    header = {"AWSTraceHeader": message.header} if message.header else {}
    marked = message.run and not message.envelope
    marker = {"ITK_TRACE_ID": {"stringValue": message.run, "dataType": "String"}} if marked else {}
    event = envelope_of(message) if message.envelope else {}
    body = json.dumps(event.get("Sns", event)) if event else '{"text": "where is it?"}'
    return {
        "messageId": message.id,
        "receiptHandle": "AQEB",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(message.receives), "SentTimestamp": str(BASE_MS), **header},
        "messageAttributes": marker,
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:111122223333:{message.queue}",
    }


def runs_of(batch: Iterable[Message]) -> Runs:
    return frozenset(message.run for message in batch)


def key(event: LogEvent) -> EventKey:
    return (event.source, event.group, event.stream, event.event_id)


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def observe(events: Iterable[LogEvent]) -> list[Observation]:
    """What the real formats make of the events; every one must be readable."""
    found = formats.read_all(events)
    assert not found.unread
    return list(found.observations)

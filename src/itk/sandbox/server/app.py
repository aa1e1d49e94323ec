"""The ASGI layer in front of ministack: count, fail on purpose, answer what ministack lacks, pass on the rest."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from itk.sandbox.server import control, destinations, front_door, http, s3_events, sqs_delivery, step_functions
from itk.sandbox.server.agents.api import AgentsApi
from itk.sandbox.server.agents.engine import LambdaAnswer
from itk.sandbox.server.aws_error import AwsAnswerError, error_response
from itk.sandbox.server.faults import FaultRules
from itk.sandbox.server.functions import callers
from itk.sandbox.server.functions.callers import CALLER, TRACE_HEADER, Caller
from itk.sandbox.server.functions.launching import Host
from itk.sandbox.server.functions.pool import FunctionPool
from itk.sandbox.server.logs.api import LogsApi
from itk.sandbox.server.logs.store import LogStore
from itk.sandbox.server.ministack_names import Ministack
from itk.sandbox.server.operations import Call, recognise
from itk.sandbox.server.sqs_delivery import BATCH_ATTRIBUTES, with_trace_header
from itk.sandbox.server.xray.api import XRayApi
from itk.sandbox.server.xray.propagation import passed_on
from itk.sandbox.server.xray.recorder import Recorder
from itk.sandbox.server.xray.store import XRayStore

AGENT_STREAM = b"application/vnd.amazon.eventstream"


class SandboxApp:
    """One per process. `close` ends the handler processes."""

    def __init__(self, host: Host, region: str) -> None:
        self._account = host.account
        self._own_host = host.endpoint.removeprefix("http://")
        self._region = region
        self._ministack = Ministack()
        self._store = LogStore()
        self._traces = XRayStore(self._store, host.account)
        self._xray = XRayApi(self._traces, host.account)
        self._recorder = Recorder(self._traces, host.account)
        self._functions = FunctionPool(host, self._store, self._recorder, self._ministack)
        self._ministack.run_handlers_with(self._functions.run)
        callers.install(self._ministack)
        sqs_delivery.install(self._ministack, TRACE_HEADER.get)
        step_functions.install(self._ministack, self._store)
        s3_events.install(self._ministack)
        destinations.install(self._ministack)
        self._logs = LogsApi(self._store, host.account)
        self._agents = AgentsApi(host.account, self._invoke_for_agent)
        self._faults = FaultRules()
        identity = {"account": host.account, "region": region, "endpoint": host.endpoint}
        self._control = control.ControlApi(self._store, self._logs, self._traces, self._agents, self._faults, identity)
        self.last_request = time.monotonic()

    def close(self) -> None:
        self._functions.close()

    async def __call__(self, scope: http.Scope, receive: http.Receive, send: http.Send) -> None:
        if scope["type"] != "http":
            await self._ministack.app(scope, receive, send)
            return
        request = await http.read(scope, receive)
        if request.path.startswith(control.PREFIX):
            status, content = self._control.answer(request)
            await http.reply_json(send, content, status)
            return
        self.last_request = time.monotonic()
        call = recognise(request.method, request.path, request.query, request.headers, request.body)
        if call.operation:
            self._control.counts[call.name] += 1
        header = request.headers.get("x-amzn-trace-id", "")
        if traced := self._recorder.call_began(call, request.headers, request.body):
            header, send = traced.header, http.watched(send, traced.answered)
        token = TRACE_HEADER.set(passed_on(call, header, request.body))
        try:
            await self._fail_on_purpose(call)
            await self._answer(call, request, receive, send)
        except AwsAnswerError as error:
            await http.reply(send, *error_response(call, error))
        finally:
            TRACE_HEADER.reset(token)

    async def _fail_on_purpose(self, call: Call) -> None:
        fault = self._faults.pick(call)
        if fault is None:
            return
        await asyncio.sleep(fault.latency_s)
        if fault.error is not None:
            raise fault.error

    async def _answer(self, call: Call, request: http.Request, receive: http.Receive, send: http.Send) -> None:
        if front_door.is_for(request):
            await self._pass_front_door(request, receive, send)
        elif call.service == "logs":
            answer = self._logs.answer(call.operation, json.loads(request.body or b"{}"), call.region)
            await http.reply_json(send, answer, headers=[_request_id(str(uuid.uuid4()))])
        elif call.service == "xray":
            answer = self._xray.answer(call.operation, json.loads(request.body or b"{}"), call.region)
            await http.reply_json(send, answer, headers=[_request_id(str(uuid.uuid4()))])
        elif call.name == "bedrock-agent-runtime.InvokeAgent":
            await self._invoke_agent(call, request, send)
        elif call.service == "bedrock-agent" and self._agents.answers(call.operation):
            await http.reply_json(send, self._agents.answer(call), headers=[_request_id(str(uuid.uuid4()))])
        elif call.name == "lambda.Invoke":
            await self._invoke_function(request, receive, send)
        elif call.service == "stepfunctions":
            step_functions.check(call.operation, json.loads(request.body or b"{}"), self._ministack.machine_type)
            await http.forward(self._ministack.app, request, receive, send)
        elif call.service == "s3":
            await self._answer_s3(request, receive, send)
        elif call.name == "sqs.SendMessage" and call.protocol == "json":
            await http.forward(self._ministack.app, _with_trace_header(request), receive, send)
        elif call.name == "sqs.SendMessageBatch":
            await self._send_batch(request, receive, send)
        else:
            await http.forward(self._ministack.app, request, receive, send)

    async def _pass_front_door(self, request: http.Request, receive: http.Receive, send: http.Send) -> None:
        """API Gateway and function URLs."""
        token = front_door.PASSAGE.set(passage := front_door.Passage())
        try:
            addressed = front_door.addressed(request, self._own_host)
            await http.forward(self._ministack.app, addressed, receive, front_door.answering(send, passage))
        finally:
            front_door.PASSAGE.reset(token)

    # Lambda

    async def _invoke_function(self, request: http.Request, receive: http.Receive, send: http.Send) -> None:
        """The RequestId of the answer is the one in the logs, and the client context reaches the handler."""
        context = _decoded_context(request.headers.get("x-amz-client-context", ""))
        asynchronous = request.headers.get("x-amz-invocation-type") == "Event"
        caller = Caller(str(uuid.uuid4()), context, asynchronous)
        token = CALLER.set(caller)
        try:
            await http.forward(self._ministack.app, request, receive, _stamping(send, caller.request_id))
        finally:
            CALLER.reset(token)

    def _invoke_for_agent(self, function: str, event: Mapping[str, Any], region: str) -> LambdaAnswer:
        result = self._ministack.invoke(function, event, account=self._account, region=region or self._region)
        if result is None:
            return LambdaAnswer("", None, f"The Lambda function {function} does not exist.")
        if result.get("error") or result.get("throttle"):
            reason = json.dumps(result.get("body"))
            message = f"Your request couldn't be completed. Lambda function {function} encountered a problem: {reason}"
            return LambdaAnswer(result.get("request_id", ""), None, message)
        return LambdaAnswer(result.get("request_id", ""), result.get("body"))

    async def _answer_s3(self, request: http.Request, receive: http.Receive, send: http.Send) -> None:
        token = s3_events.REQUEST_ID.set(request_id := s3_events.new_request_id())
        try:
            await http.forward(self._ministack.app, request, receive, s3_events.stamping(send, request_id))
        finally:
            s3_events.REQUEST_ID.reset(token)

    # SQS

    async def _send_batch(self, request: http.Request, receive: http.Receive, send: http.Send) -> None:
        entries = json.loads(request.body or b"{}").get("Entries") or [] if request.headers.get("x-amz-target") else []
        token = BATCH_ATTRIBUTES.set([entry.get("MessageSystemAttributes") for entry in entries])
        try:
            await http.forward(self._ministack.app, request, receive, send)
        finally:
            BATCH_ATTRIBUTES.reset(token)

    # agents

    async def _invoke_agent(self, call: Call, request: http.Request, send: http.Send) -> None:
        request_id = str(uuid.uuid4())
        loop, pieces = asyncio.get_running_loop(), asyncio.Queue[bytes | None]()

        def emit(piece: bytes | None) -> None:
            loop.call_soon_threadsafe(pieces.put_nowait, piece)

        run = self._agents.invocation(call, json.loads(request.body or b"{}"), request_id, emit)
        # A thread of its own: a tool's handler may call this server again, and must not wait for a pool.
        threading.Thread(target=_run_then(run, lambda: emit(None)), name="agent", daemon=True).start()
        headers = [
            (b"content-type", AGENT_STREAM),
            _request_id(request_id),
            (b"x-amz-bedrock-agent-session-id", call.parameter("sessionId").encode()),
            (b"x-amzn-bedrock-agent-content-type", b"application/json"),
        ]
        await http.stream(send, headers, pieces)


def _run_then(run: Callable[[], None], after: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        try:
            run()
        finally:
            after()

    return both


def _request_id(value: str) -> tuple[bytes, bytes]:
    return b"x-amzn-requestid", value.encode()


def _with_trace_header(request: http.Request) -> http.Request:
    """SendMessage with what SQS keeps of its request."""
    body = json.loads(request.body or b"{}")
    own = with_trace_header(body.get("MessageSystemAttributes"), TRACE_HEADER.get())
    return replace(request, body=json.dumps({**body, "MessageSystemAttributes": own}).encode()) if own else request


def _stamping(send: http.Send, request_id: str) -> http.Send:
    """Put our request id where ministack put its own."""

    async def stamped(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            others = [
                (k, v) for k, v in message["headers"] if k.lower() not in (b"x-amzn-requestid", b"x-amz-request-id")
            ]
            message = {**message, "headers": [*others, _request_id(request_id)]}
        await send(message)

    return stamped


def _decoded_context(header: str) -> str:
    if not header:
        return ""
    try:
        return base64.b64decode(header).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise AwsAnswerError("InvalidRequestContentException", "Client context must be base64-encoded JSON") from error

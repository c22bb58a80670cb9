"""A model without a model: the Responses API, mocked on loopback.

    python scripts/demo/mock_model.py [--port N] [--home DIR] [--log FILE] [--until-eof]

The real `codex` talks to it, so that the demo and the tests need no account. One JSON
line on standard output says where it listens. What the "model" does is chosen by
markers in the last user message; without any it gives a short answer in Markdown:

    [[say:TEXT]]      answer exactly TEXT
    [[big:KB]]        answer with KB kilobytes
    [[reason]]        a reasoning summary first
    [[shell:CMD]]     run CMD, then answer; [[escalate:CMD]] asks to leave the sandbox,
                      as "run `CMD` outside of the sandbox" does
    [[loop:N:CMD]]    run CMD N times in succession (%n is the number), then answer
    [[patch:FILE]]    add FILE with apply_patch, then answer
    [[call:T:JSON]]   call the tool T, whichever Codex offers, then answer
    [[slow:SECONDS]]  stream the answer over SECONDS
    [[burst:N]]       stream N deltas as fast as they go
    [[limit:SECONDS]] 429 usage_limit_reached, resets in SECONDS (3600)
    [[rate429]]       429 without a usage limit
    [[http:CODE]]     that HTTP error
    [[failed:CODE]]   response.failed with that error code
    [[drop:N]]        cut the stream the first N times (without N: every time)
    [[hang]]          begin, and then nothing
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_config import write_config
from mock_script import answer_text, pieces_of, read_request, tool_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_script import Json, Request

_LIMIT_WINDOWS = (("primary", 300, 7200), ("secondary", 10080, 200_000))


@dataclass
class Model:
    """What the server remembers between requests."""

    log: Path | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    drops: Counter[str] = field(default_factory=Counter[str])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, request: Request, body: Json) -> None:
        """Append the request to the log, for tests that ask what the model was sent."""
        if self.log is None:
            return
        line = {"number": request.number, "prompt": request.prompt, "body": body}
        with self.lock, self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def must_drop(self, request: Request) -> bool:
        """Whether `[[drop:N]]` cuts this try, too."""
        wanted = request.marks.get("drop")
        if wanted is None:
            return False
        with self.lock:
            self.drops[request.prompt] += 1
            return not wanted or self.drops[request.prompt] <= int(wanted)


class Handler(BaseHTTPRequestHandler):
    """One connection of `codex`."""

    protocol_version = "HTTP/1.1"

    def __init__(self, model: Model, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        self.model = model
        super().__init__(*args, **kwargs)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Say nothing: standard error is the terminal of whoever started us."""

    def do_GET(self) -> None:
        """List the models."""
        names = ("gpt-5", "gpt-5.1-codex", "mock-model")
        data = [{"id": name, "object": "model", "owned_by": "mock"} for name in names]
        self._json(200, {"object": "list", "data": data})

    def do_POST(self) -> None:
        """Answer one request of the model API."""
        body = json.loads(self._body() or b"{}")
        if self.path.endswith("/responses/compact"):
            content = [{"type": "output_text", "text": "A summary of what was said."}]
            message = {"type": "message", "role": "assistant", "content": content}
            self._json(200, {"output": [message]})
            return
        request = read_request(next(self.model.numbers), body)
        self.model.record(request, body)
        if not self._refused(request):
            try:
                self._stream(request)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

    def _body(self) -> bytes:
        if "chunked" not in (self.headers.get("transfer-encoding") or "").lower():
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _json(self, code: int, value: Json, headers: Json | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(code)
        for key, text in (headers or {}).items():
            self.send_header(key, str(text))
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refused(self, request: Request) -> bool:
        marks = request.marks
        if "limit" in marks:
            seconds = int(marks["limit"] or 3600)
            error: Json = {
                "type": "usage_limit_reached",
                "message": "The usage limit has been reached",
                "plan_type": "plus",
                "resets_at": int(time.time()) + seconds,
                "resets_in_seconds": seconds,
            }
            self._json(429, {"error": error}, _window_headers(100.0, seconds))
        elif "rate429" in marks:
            message = "Rate limit reached for mock. Please try again in 1.5s."
            error = {"type": "rate_limit_error", "code": "rate_limit_exceeded"}
            self._json(429, {"error": {**error, "message": message}})
        elif "http" in marks:
            error = {"message": "an error made up by the mock", "type": "server_error"}
            self._json(int(marks["http"] or 500), {"error": error})
        else:
            return False
        return True

    def _stream(self, request: Request) -> None:
        self.send_response(200)
        for key, value in _window_headers(12.5, 7200).items():
            self.send_header(key, str(value))
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        identity = f"resp_mock_{request.number:06d}"
        response: Json = {"id": identity, "object": "response", "output": []}
        response |= {"model": request.model, "created_at": int(time.time())}
        self._event("response.created", response={**response, "status": "in_progress"})
        if "hang" in request.marks:
            self._hang()
        if "failed" in request.marks:
            code = request.marks["failed"] or "server_error"
            error = {"code": code, "message": f"a failure made up by the mock: {code}"}
            failed = {**response, "status": "failed", "error": error}
            self._event("response.failed", response=failed)
        elif self.model.must_drop(request):
            self._message_start("msg_dropped", 0)
            self._delta("msg_dropped", 0, "I was about to say")
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        else:
            self._answer(request, response)
        self.wfile.write(b"0\r\n\r\n")

    def _hang(self) -> None:
        while True:
            time.sleep(0.5)
            self.wfile.write(b"e\r\n: keep-alive\n\n\r\n")

    def _answer(self, request: Request, response: Json) -> None:
        output: list[Json] = []
        if "reason" in request.marks:
            output.append(self._reasoning())
        call = tool_call(request)
        place = len(output)
        if call is None:
            output.append(self._say(request, place))
        else:
            self._event("response.output_item.added", output_index=place, item=call)
            self._event("response.output_item.done", output_index=place, item=call)
            output.append(call)
        sent = 1200 + 10 * request.number
        usage = {
            "input_tokens": sent,
            "input_tokens_details": {"cached_tokens": 300},
            "output_tokens": 80,
            "output_tokens_details": {"reasoning_tokens": 20},
            "total_tokens": sent + 80,
        }
        done = {**response, "status": "completed", "output": output, "usage": usage}
        self._event("response.completed", response=done)

    def _reasoning(self) -> Json:
        text = "**Thinking** about what was asked"
        summary = [{"type": "summary_text", "text": text}]
        item: Json = {"type": "reasoning", "id": f"rs_{uuid.uuid4().hex[:16]}"}
        empty: Json = {**item, "summary": []}
        self._event("response.output_item.added", output_index=0, item=empty)
        place = {"item_id": item["id"], "output_index": 0, "summary_index": 0}
        self._event("response.reasoning_summary_text.delta", **place, delta=text)
        item |= {"summary": summary, "encrypted_content": None}
        self._event("response.output_item.done", output_index=0, item=item)
        return item

    def _say(self, request: Request, place: int) -> Json:
        text = answer_text(request)
        identity = f"msg_{uuid.uuid4().hex[:16]}"
        self._message_start(identity, place)
        pieces, pause = pieces_of(request, text)
        for piece in pieces:
            self._delta(identity, place, piece)
            if pause:
                time.sleep(pause)
        part: Json = {"type": "output_text", "text": text, "annotations": []}
        item: Json = {"type": "message", "id": identity, "role": "assistant"}
        item |= {"status": "completed", "content": [part]}
        self._event("response.output_item.done", output_index=place, item=item)
        return item

    def _message_start(self, identity: str, place: int) -> None:
        item: Json = {"type": "message", "id": identity, "role": "assistant"}
        item |= {"content": [], "status": "in_progress"}
        self._event("response.output_item.added", output_index=place, item=item)

    def _delta(self, identity: str, place: int, text: str) -> None:
        where = {"item_id": identity, "output_index": place, "content_index": 0}
        self._event("response.output_text.delta", **where, delta=text)

    def _event(self, kind: str, **fields: Any) -> None:  # noqa: ANN401
        data = f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"
        encoded = data.encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(encoded), encoded))


def _window_headers(used: float, reset_after: int) -> Json:
    now = int(time.time())
    headers: Json = {}
    for (name, minutes, later), percent in zip(
        _LIMIT_WINDOWS, (used, 33.0), strict=True
    ):
        seconds = reset_after if name == "primary" else later
        headers[f"x-codex-{name}-used-percent"] = percent
        headers[f"x-codex-{name}-window-minutes"] = minutes
        headers[f"x-codex-{name}-reset-at"] = now + seconds
        headers[f"x-codex-{name}-reset-after-seconds"] = seconds
    return headers


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--home", type=Path, help="write the config of this CODEX_HOME")
    parser.add_argument("--log", type=Path, help="append the requests to this file")
    parser.add_argument(
        "--until-eof", action="store_true", help="end with standard input"
    )
    options = parser.parse_args()
    handler = partial(Handler, Model(log=options.log))
    server = _Server(("127.0.0.1", options.port), handler)
    base_url = f"http://127.0.0.1:{server.server_port}/v1"
    if options.home:
        write_config(options.home, base_url)
    ready = {"port": server.server_port, "baseUrl": base_url, "pid": os.getpid()}
    print(json.dumps(ready), flush=True)
    if options.until_eof:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.buffer.read()
    else:
        server.serve_forever()


if __name__ == "__main__":
    main()

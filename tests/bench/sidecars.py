"""A sidecar process as a client drives it, with what it cost: time, CPU, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import orjson

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_TICK = os.sysconf("SC_CLK_TCK")
_LOOK_S, _BUSY = 2.0, 0.02
"""Over so long, so much of a processor is more than resting."""


class SidecarProcess:
    """`threadbook serve`, asked and heard in turn."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        """Start it; the clock runs from here."""
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "threadbook", "--codex-home", str(home), "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        self._next_id = 0

    @classmethod
    @contextmanager
    def running(cls, home: Path, environment: Mapping[str, str]) -> Generator[Self]:
        """Start one, shake hands, and end it afterwards as a client that dies."""
        sidecar = cls(home, environment)
        try:
            sidecar.ask("initialize", {"processId": None, "capabilities": {}})
            sidecar.tell("initialized", {})
            yield sidecar
        finally:
            sidecar.end()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def ask(self, method: str, params: object) -> Any:  # noqa: ANN401 - any JSON
        """Send a request and return its result, leaving out what is told meanwhile."""
        self._next_id += 1
        self._send({"id": self._next_id, "method": method, "params": params})
        while True:
            message = self.hear()
            if message.get("id") == self._next_id and "method" not in message:
                return message["result"]

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def hear(self) -> dict[str, Any]:
        """Wait for the next message."""
        assert self._process.stdout is not None
        length = int(self._process.stdout.readline().split(b":")[1])
        self._process.stdout.readline()
        return orjson.loads(self._process.stdout.read(length))

    def hear_of(self, method: str) -> dict[str, Any]:
        """Wait for the next notification of that name; return its params."""
        while True:
            message = self.hear()
            if message.get("method") == method:
                return message["params"]

    def settle(self) -> None:
        """Return once the index is complete."""
        while self.ask("task/list", {"limit": 1})["indexing"]:
            time.sleep(0.05)

    def rest(self) -> None:
        """Return once it has done all that a new index brings with it: the texts."""
        used = 1.0
        while used > _BUSY:
            before = self.cpu()
            time.sleep(_LOOK_S)
            used = (self.cpu() - before) / _LOOK_S

    def cpu(self) -> float:
        """Return the processor time used so far, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        words = fields.rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / _TICK

    def rss(self) -> float:
        """Return the memory in use, in MB."""
        return self._status("VmRSS")

    def peak_rss(self) -> float:
        """Return the most memory that was in use, in MB."""
        return self._status("VmHWM")

    def end(self) -> None:
        """Close stdin and wait."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.stdout is not None
        self._process.stdout.read()
        self._process.wait(30)

    def _send(self, message: dict[str, object]) -> None:
        assert self._process.stdin is not None
        body = orjson.dumps({"jsonrpc": "2.0", **message})
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _status(self, name: str) -> float:
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        [line] = [each for each in text.splitlines() if each.startswith(name)]
        return int(line.split()[1]) / 1024

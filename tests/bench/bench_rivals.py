"""The same questions to the real `codex app-server` and to agentsview, in one run.

`python -m bench rivals`. Codex works on a copy of the home: its first start fills a
database there. agentsview is the strongest peer that a registry has; it is installed
for the run (or `AGENTSVIEW` names its program) and takes minutes for its first sync.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Self

import orjson

from bench.peers import install
from bench.table import Figure, best
from support.codex_binary import real_codex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from bench.place import Place

_RUNS = 3
_AGENTSVIEW = "agentsview==0.46.1"
_ALL_KINDS = {
    "modelProviders": [],
    "sourceKinds": ["cli", "vscode", "exec", "appServer", "subAgent", "unknown"],
}


def measure(place: Place) -> Iterator[Figure]:
    """Yield what others need for what Threadbook does."""
    yield from _codex(place)
    program = os.environ.get("AGENTSVIEW") or _installed(place)
    if program:
        yield from _agentsview(place, program)


class _AppServer:
    """`codex app-server`, asked in turn; no proxy, no network, no login."""

    def __init__(self, home: Path) -> None:
        self._process = subprocess.Popen(
            [real_codex().path, "app-server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "CODEX_HOME": str(home),
                "HOME": str(home),
                "HTTPS_PROXY": "http://127.0.0.1:9",
                "ALL_PROXY": "http://127.0.0.1:9",
            },
        )
        self._next_id = 0

    def __enter__(self) -> Self:
        info = {"name": "threadbook-bench", "title": None, "version": "0"}
        capabilities = {"experimentalApi": True, "requestAttestation": False}
        self.ask("initialize", {"clientInfo": info, "capabilities": capabilities})
        self._send({"method": "initialized"})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait(30)

    def ask(self, method: str, params: dict[str, object]) -> Any:  # noqa: ANN401
        self._next_id += 1
        self._send({"id": self._next_id, "method": method, "params": params})
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = orjson.loads(line)
            if message.get("id") == self._next_id and "method" not in message:
                assert "result" in message, message.get("error")
                return message["result"]
        raise EOFError(method)

    def whole_list(self, **options: object) -> int:
        """Page through all there is; return how many there were."""
        count, cursor = 0, None
        while True:
            params = {**_ALL_KINDS, "limit": 100, "cursor": cursor, **options}
            page = self.ask("thread/list", params)
            count += len(page["data"])
            cursor = page.get("nextCursor")
            if cursor is None:
                return count

    def _send(self, message: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps(message) + b"\n")
        self._process.stdin.flush()


def _codex(place: Place) -> Iterator[Figure]:
    home = place.root / "codex-copy"
    shutil.copytree(place.home, home)
    try:
        first = best(lambda: _start(home), runs=1)
        yield Figure("codex: first start", first.wall, cpu=first.cpu)
        page = best(lambda: _start(home, {**_ALL_KINDS, "limit": 50}), _RUNS)
        yield Figure("codex: start to first page of 50", page.wall, cpu=page.cpu)
        with _AppServer(home) as codex:
            yield _asked("50 tasks", lambda: _page(codex))
            yield _asked("whole list", codex.whole_list, runs=1)
            yield _asked(
                "whole list, its database alone",
                lambda: codex.whole_list(useStateDbOnly=True),
                runs=1,
            )
            yield _asked("rare word", lambda: _search(codex, "zyzzyva"))
    finally:
        shutil.rmtree(home)


def _asked(what: str, work: Any, runs: int = _RUNS) -> Figure:  # noqa: ANN401
    """Measure a request; the server's CPU is not known before it ends."""
    return Figure(f"codex: {what}", best(work, runs).wall)


def _start(home: Path, page: dict[str, object] | None = None) -> None:
    with _AppServer(home) as codex:
        if page is not None:
            codex.ask("thread/list", page)


def _page(codex: _AppServer) -> None:
    codex.ask("thread/list", {**_ALL_KINDS, "limit": 50})


def _search(codex: _AppServer, word: str) -> None:
    codex.ask("thread/search", {"searchTerm": word, "limit": 100})


def _installed(place: Place) -> str | None:
    peers = install(place, _AGENTSVIEW)
    if peers is None:
        return None
    program = peers / "agentsview" / "bin" / "agentsview"
    program.chmod(0o755)
    return str(program)


def _agentsview(place: Place, program: str) -> Iterator[Figure]:
    own = place.root / "agentsview"
    own.mkdir()
    environment = {
        **os.environ,
        "HOME": str(own),
        "CODEX_HOME": str(place.home),
        "CODEX_SESSIONS_DIR": str(place.home / "sessions"),
    }

    def run(*arguments: str) -> None:
        subprocess.run(
            [program, *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    listing = ("session", "list", "--json", "--limit", "500")
    everything = ("--include-one-shot", "--include-automated")
    try:
        first = best(lambda: run("sync"), runs=1)
        yield Figure("agentsview: first sync", first.wall, cpu=first.cpu)
        again = best(lambda: run("sync"), _RUNS)
        yield Figure("agentsview: sync, nothing changed", again.wall, cpu=again.cpu)
        page = best(lambda: run(*listing, *everything), _RUNS)
        yield Figure("agentsview: list of 500 as JSON", page.wall, cpu=page.cpu)
    finally:
        run("daemon", "stop")
        shutil.rmtree(own)

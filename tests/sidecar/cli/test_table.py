"""The list of tasks: whole where a program reads it, cut where a terminal is narrow."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from threadbook.cli.main import main

if TYPE_CHECKING:
    from threadbook.home import CodexHome

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_LONG = "a name that no narrow terminal can show from its beginning to its end " * 3


def printed(home: CodexHome, capsys: pytest.CaptureFixture[str]) -> list[str]:
    with pytest.raises(SystemExit):
        main(["--codex-home", str(home.root), "list", "--all"])
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def thread_id(home: CodexHome) -> str:
    task = rollout(home.root, cwd="/code/shop").user(_LONG).agent("ok")
    task.done()
    return task.thread_id


def test_a_pipe_gets_whole_cells_with_tabs_between_them(
    home: CodexHome, thread_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = printed(home, capsys)

    cells = line.split("\t")
    assert (cells[0], cells[1]) == (thread_id, _LONG.strip())
    assert (cells[2], cells[4], cells[6]) == ("gpt-5", "2", "shop")
    assert cells[7:] == ["idle"]


@pytest.mark.parametrize(
    ("columns", "header"),
    [
        (140, "id name model/effort age msgs branch folder status"),
        (80, "id name model/effort age status"),
        (40, "name age status"),
    ],
)
def test_a_narrow_terminal_drops_columns_before_it_cuts_them(
    home: CodexHome,
    thread_id: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    header: str,
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")

    names, row = (_STYLE.sub("", line) for line in printed(home, capsys))

    assert names.split() == header.split()
    assert "idle" in row
    assert "a name" in row
    assert len(row.rstrip()) <= columns
    assert (thread_id[:13] in row) == (columns > 40)

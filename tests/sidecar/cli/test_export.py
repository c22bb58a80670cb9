from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from support.pages import read_page
from support.rollouts import rollout
from threadbook.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome


def run(home: CodexHome, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--codex-home", str(home.root), *arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_one_task_goes_to_stdout_as_markdown(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    built = rollout(home.root).user("mend the till").agent("**done**")
    built.done()

    code = run(home, "export", built.thread_id[:13])

    out = capsysbinary.readouterr().out.decode()
    assert code == 0
    assert out.startswith("# mend the till\n")
    assert out.endswith("**done**\n")


def test_last_is_the_task_active_last(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    rollout(home.root, at=1_780_000_000_000).user("older").done()
    rollout(home.root).user("newer").done()

    code = run(home, "export", "--last", "--all", "--format", "json", "-o", "-")

    task = orjson.loads(capsysbinary.readouterr().out)["task"]
    assert (code, task["preview"]) == (0, "newer")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.html", "<!doctype html>"),
        ("a.htm", "<!doctype html>"),
        ("a.json", '{"task":'),
        ("a.jsonl", '{"threadId":'),
        ("a.md", "# hi"),
        ("a", "# hi"),
    ],
)
def test_a_file_s_name_chooses_the_format(
    home: CodexHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    begins: str,
) -> None:
    built = rollout(home.root).user("hi")
    built.done()
    monkeypatch.chdir(tmp_path)

    code = run(home, "export", built.thread_id, "-o", name)

    assert code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_several_tasks_need_a_folder(
    home: CodexHome, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    threads: list[str] = []
    for number in range(3):
        built = rollout(home.root).user(f"task {number}")
        built.done()
        threads.append(built.thread_id)

    refused = run(home, "export", *threads)
    assert capsysbinary.readouterr().out == b""
    code = run(home, "--json", "export", *threads, "-o", str(tmp_path / "out"))

    files = orjson.loads(capsysbinary.readouterr().out)["files"]
    assert (refused, code) == (2, 0)
    assert [file["threadId"] for file in files] == threads
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_how_much_was_masked_is_said(
    home: CodexHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = rollout(home.root, cwd="/home/alice/x").user("password=hunter2hunter")
    built.done()
    path = tmp_path / "a.html"

    code = run(home, "export", built.thread_id, "--redact", "-o", str(path))

    told = capsys.readouterr().out
    assert code == 0
    assert told.startswith(str(path))
    assert "places masked" in told
    assert "hunter2" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("export",), 2),
        (("export", "01234567"), 3),
        (("export", "x", "--format", "pdf"), 2),
    ],
)
def test_what_can_not_be_exported_has_its_exit_code(
    home: CodexHome, arguments: tuple[str, ...], code: int
) -> None:
    assert run(home, *arguments) == code


def test_stats_are_printed_as_tables_or_as_json(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    built = rollout(home.root, cwd="/w/shop").user("a\x1b[31mb").tokens(1234)
    built.agent("z" * 10_000).done()

    assert run(home, "stats") == 0
    tables = capsysbinary.readouterr().out.decode()
    assert run(home, "stats", "--json", "--largest", "0") == 0
    stats = orjson.loads(capsysbinary.readouterr().out)

    assert "1,234 tokens" in tables
    assert "/w/shop" in tables
    assert built.thread_id[:13] in tables
    assert "messages 9" in tables
    assert "\x1b[31mb" not in tables
    assert (stats["tasks"], stats["tokens"], stats["largest"]) == (1, 1234, [])


def test_the_page_of_figures_needs_nothing_else(
    home: CodexHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rollout(home.root, cwd="/w/<shop>").user("<script>x</script>").tokens(77).done()
    path = tmp_path / "stats.html"

    code = run(home, "stats", "-o", str(path))

    page = read_page(path.read_text(encoding="utf-8"))
    assert (code, capsys.readouterr().out) == (0, f"{path}\n")
    assert "<shop> /w" in [each.text for each in page.all("th")]
    assert "77" in [each.text for each in page.all("dd")]
    assert "<script>x</script>" in page.text
    assert not [each for each in page.all() if each.tag in {"script", "link", "img"}]


def test_a_page_that_can_not_be_written_is_no_fault_of_ours(
    home: CodexHome, tmp_path: Path
) -> None:
    assert run(home, "stats", "-o", str(tmp_path / "no" / "stats.html")) == 10


def test_the_page_and_the_json_of_figures_are_had_together(
    home: CodexHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rollout(home.root).user("hi").done()
    path = tmp_path / "stats.html"

    assert run(home, "stats", "--json", "-o", str(path)) == 0

    assert orjson.loads(capsys.readouterr().out)["tasks"] == 1
    assert path.exists()


def test_a_narrow_terminal_has_figures_rather_than_bars(
    home: CodexHome,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rollout(home.root, cwd="/w/shop").user("hi").agent("z" * 10_000).done()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")

    def printed(columns: int) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        assert run(home, "stats") == 0
        return capsys.readouterr().out

    assert "\u2501" in printed(100)
    narrow = printed(40)
    assert "\u2501" not in narrow
    assert "/w/shop" in narrow
    assert "KB" in narrow.split("Folders")[1].split("Models")[0]

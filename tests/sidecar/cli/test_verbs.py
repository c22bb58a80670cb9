"""Verbs on tasks at the command line: what they print, ask, and end with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout
from threadbook.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome


@pytest.fixture(autouse=True)
def no_codex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THREADBOOK_CODEX", str(tmp_path / "there-is-none"))


def run(home: CodexHome, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--codex-home", str(home.root), *arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def said(home: CodexHome, text: str = "hi", *, cwd: str = "/code/project") -> str:
    task = rollout(home.root, generation="legacy", cwd=cwd).user(text).agent("ok")
    task.done()
    return task.thread_id


def listed(
    home: CodexHome, capsys: pytest.CaptureFixture[str], state: str
) -> list[str]:
    capsys.readouterr()
    run(home, "list", "--all", "--state", state, "--cleared", "--json")
    return [task["threadId"] for task in orjson.loads(capsys.readouterr().out)["tasks"]]


def test_delete_and_restore_print_what_they_did(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = said(home, "one"), said(home, "other")

    assert run(home, "delete", one, other[:13]) == 0
    assert capsys.readouterr().out == "In the trash: 2 tasks\n"
    assert sorted(listed(home, capsys, "trashed")) == sorted([one, other])
    assert run(home, "restore", one) == 0
    assert capsys.readouterr().out == "Restored: 1 task\n"
    assert run(home, "restore", "--last-deleted") == 0
    assert sorted(listed(home, capsys, "active")) == sorted([one, other])


def test_json_is_the_response_and_a_failure_is_told_on_stderr(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one = said(home)

    assert run(home, "restore", one, "--json") == 10

    out, err = capsys.readouterr()
    (result,) = orjson.loads(out)["results"]
    assert result["error"]["kind"] == "notPossible"
    assert orjson.loads(err)["error"]["kind"] == "notPossible"


def test_one_task_that_is_not_there_stops_all_before_anything_happens(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one = said(home)

    assert run(home, "delete", one, "nosuchtask") == 3

    assert listed(home, capsys, "active") == [one]


def test_archive_without_codex_keeps_to_what_codex_never_saw(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one = said(home)

    assert run(home, "archive", one) == 0
    assert listed(home, capsys, "archived") == [one]
    assert run(home, "unarchive", one) == 0
    assert listed(home, capsys, "active") == [one]


def test_nothing_is_deleted_for_good_unasked(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one = said(home)

    assert run(home, "delete", one, "--permanently") == 2
    assert run(home, "purge", "--all") == 2
    assert "1 tasks" in capsys.readouterr().out
    assert listed(home, capsys, "active") == [one]
    assert run(home, "delete", one, "--permanently", "--yes") == 0
    assert listed(home, capsys, "any") == []


def test_purge_keeps_to_this_folder_and_says_first_what_goes(
    home: CodexHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here, there = said(home, "here it is", cwd=str(tmp_path)), said(home, "elsewhere")
    monkeypatch.chdir(tmp_path)

    assert run(home, "purge", "--dry-run") == 0
    out = capsys.readouterr().out
    assert "here it is" in out
    assert "elsewhere" not in out
    assert sorted(listed(home, capsys, "active")) == sorted([here, there])
    assert run(home, "purge", "--older-than", "2000-01-01", "--yes") == 0
    assert run(home, "purge", "--state", "archived", "--yes", "--json") == 0
    assert len(listed(home, capsys, "active")) == 2
    assert run(home, "purge", "--yes") == 0
    assert listed(home, capsys, "any") == [there]
    assert run(home, "purge", "--all", "--dry-run", "--json") == 0
    plan = orjson.loads(capsys.readouterr().out)
    assert [task["threadId"] for task in plan["tasks"]] == [there]
    assert plan["dryRun"] is True
    assert run(home, "purge", "--all", "--cwd", "/code") == 2


def test_a_cleared_task_is_no_longer_the_last_one(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one = said(home)

    assert run(home, "clear", "--last", "--all") == 0
    assert run(home, "show", "--last", "--all") == 3
    assert run(home, "clear", "--undo", one) == 0
    assert run(home, "show", "--last", "--all", "--json") == 0
    assert run(home, "clear", "--undo", "--forget", one) == 2
    assert run(home, "clear", "--forget", one) == 0
    assert listed(home, capsys, "trashed") == [one]


def test_tags_pins_and_notes_are_written_and_taken_away(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    one = said(home)

    assert run(home, "tag", one, "+draft", "+h", "+keep") == 0
    assert run(home, "tag", one, "-draft", "-h", "--json") == 0
    assert run(home, "note", one, "ask Ada") == 0
    assert run(home, "pin", one) == 0
    capsys.readouterr()
    run(home, "show", one, "--json")
    task = orjson.loads(capsys.readouterr().out)["task"]
    assert (task["tags"], task["note"], task["pinned"]) == (["keep"], "ask Ada", True)
    assert run(home, "unpin", one) == 0
    assert run(home, "tag", one) == 2
    assert run(home, "tag", one, "draft") == 2


def test_a_task_that_codex_can_not_read_is_found_by_the_name_it_has_from_us(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    ids: list[str] = []
    for text in ("one", "other"):
        task = rollout(home.root, generation="bare").user(text).agent("ok")
        task.done()
        ids.append(task.thread_id)

    assert run(home, "rename", ids[0], "a fine name") == 0
    assert capsys.readouterr().out == f"{ids[0]} is now a fine name\n"
    assert run(home, "delete", "a fine name") == 0
    assert run(home, "restore", "a fine name", "--json") == 0
    assert run(home, "rename", ids[1], "a fine name") == 0
    assert run(home, "delete", "a fine name") == 4
    assert run(home, "delete", "no such name") == 3


def test_a_name_that_is_codexs_to_keep_needs_a_codex(home: CodexHome) -> None:
    assert run(home, "rename", said(home), "name") == 7


def test_restore_takes_tasks_or_what_was_deleted_last(home: CodexHome) -> None:
    one = said(home)

    assert run(home, "restore") == 2
    assert run(home, "restore", one, "--last-deleted") == 2
    assert run(home, "delete", one, "--last") == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--since", "99999999999d"),
        ("--since", "0001-01-01"),
        ("--until", "9999-12-31T23:59"),
        ("--limit", "99999999999999999999"),
    ],
)
def test_no_number_is_too_large_for_a_list(
    home: CodexHome, capsys: pytest.CaptureFixture[str], options: tuple[str, str]
) -> None:
    rollout(home.root).user("hi").done()

    assert run(home, "list", "--all", *options) == 0
    assert "\thi\t" in capsys.readouterr().out


def test_show_says_what_it_can_not_show(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    task = said(home)

    assert run(home, "show", f" {task.upper()}\n", "--from-step", "3") == 0
    assert "There is no step 3: the task has 1 step" in capsys.readouterr().err
    assert run(home, "show", task, "--last") == 2
    assert "TASK and --last exclude each other" in capsys.readouterr().err
    assert run(home, "show", "--last") == 3
    assert "--all looks everywhere" in capsys.readouterr().err

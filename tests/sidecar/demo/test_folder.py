from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from threadbook.cli.main import main
from threadbook.demo import home as demo_home
from threadbook.demo.folder import prepare_demo
from threadbook.errors import NotPossibleError

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_795_226_400_000
DAY = 24 * 3_600_000


def rollouts(folder: Path) -> set[str]:
    return {path.name for path in (folder / "codex-home").rglob("rollout-*")}


def test_a_new_folder_gets_a_home_and_the_folders_that_its_tasks_speak_of(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "not" / "yet"

    demo = prepare_demo(folder, now=NOW)

    assert demo.codex_home == folder / "codex-home"
    assert (demo.workspace / ".git").is_dir()
    assert len(rollouts(folder)) > 20


def test_without_git_there_are_all_the_tasks_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))

    demo = prepare_demo(tmp_path / "demo", now=NOW)

    assert len(rollouts(tmp_path / "demo")) > 20
    assert any(demo.workspace.iterdir())
    assert not (demo.workspace / ".git").exists()


def test_what_was_done_in_it_today_stays(tmp_path: Path) -> None:
    demo = prepare_demo(tmp_path, now=NOW)
    (demo.codex_home / "session_index.jsonl").unlink()

    prepare_demo(tmp_path, now=NOW + DAY - 1)

    assert not (demo.codex_home / "session_index.jsonl").exists()


def test_a_day_later_it_is_written_anew_with_times_of_now(tmp_path: Path) -> None:
    demo = prepare_demo(tmp_path, now=NOW)
    before = rollouts(tmp_path)
    (demo.workspace / "mine.txt").write_text("tried something")

    prepare_demo(tmp_path, now=NOW + DAY)

    assert len(rollouts(tmp_path)) == len(before)
    assert not rollouts(tmp_path) & before
    assert not (demo.workspace / "mine.txt").exists()


def test_one_that_was_cut_off_while_it_was_written_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(demo_home, "_make_repository", full)
        with pytest.raises(NotPossibleError, match="No space left"):
            prepare_demo(tmp_path, now=NOW)

    assert (prepare_demo(tmp_path, now=NOW).workspace / ".git").is_dir()


@pytest.mark.parametrize("name", ["notes.txt", "codex-home", "work"])
def test_a_folder_with_anything_else_in_it_is_left_alone(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").write_text("mine")

    with pytest.raises(NotPossibleError, match="something else"):
        prepare_demo(tmp_path, now=NOW)

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "mine").read_text() == "mine"


def test_the_command_says_where_the_tasks_are(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = tmp_path / "demo"

    with pytest.raises(SystemExit, match=r"^0$"):
        main(["demo", str(folder)])
    said = capsysbinary.readouterr().out.decode()
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--json", "demo", str(folder)])
    told = json.loads(capsysbinary.readouterr().out)

    assert str(folder / "codex-home") in said
    assert told == {
        "codexHome": str(folder / "codex-home"),
        "workspace": str(folder / "work" / "storefront"),
    }

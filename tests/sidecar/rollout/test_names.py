from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.rollout.names import read_names

if TYPE_CHECKING:
    from pathlib import Path

ONE = "01a1fb42-0000-7000-8000-000000000001"
TWO = "01a1fb42-0000-7000-8000-000000000002"


def test_the_newest_name_of_a_thread_wins(tmp_path: Path) -> None:
    path = tmp_path / "session_index.jsonl"
    path.write_text(
        f'{{"id":"{ONE}","thread_name":"first"}}\n'
        f'{{"id":"{TWO}","thread_name":" two "}}\n'
        f'{{"id":"{ONE.upper()}","thread_name":"second","updated_at":"x"}}\n'
    )

    assert read_names(path) == {ONE: "second", TWO: "two"}


def test_an_empty_name_clears(tmp_path: Path) -> None:
    path = tmp_path / "session_index.jsonl"
    path.write_text(
        f'{{"id":"{ONE}","thread_name":"first"}}\n{{"id":"{ONE}","thread_name":""}}\n'
    )

    assert read_names(path) == {}


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "session_index.jsonl"
    path.write_bytes(
        b"\x00\x00\n\n[1]\n"
        b'{"id":7,"thread_name":"x"}\n{"id":"a"}\n{"thread_name":"x"}\n'
        + f'{{"id":"{ONE}","thread_name":"kept"}}\r\n{{"id":"{TWO}","thr'.encode()
    )

    assert read_names(path) == {ONE: "kept"}


def test_a_missing_file_has_no_names(tmp_path: Path) -> None:
    assert read_names(tmp_path / "nothing") == {}

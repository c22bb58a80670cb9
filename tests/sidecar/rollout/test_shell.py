from __future__ import annotations

import pytest

from threadbook.rollout.shell import Outcome, call_command, command_line, outcome_of

FAILED = "exec_command failed:"


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["bash", "-lc", "ls | wc"], "ls | wc"),
        (["/bin/zsh", "-c", "ls"], "ls"),
        (["C:\\Windows\\powershell.exe", "-NoProfile", "-Command", "dir"], "dir"),
        (["git", "commit", "-m", "a b"], "git commit -m 'a b'"),
        (["bash", "script.sh", "x"], "bash script.sh x"),
        (["bash", "-lc", "echo $0", "name"], "bash -lc 'echo $0' name"),
        ("already a line", "already a line"),
        ([], ""),
        (None, ""),
        ([1, "ls"], "ls"),
    ],
)
def test_a_command_is_shown_as_one_would_type_it(argv: object, line: str) -> None:
    assert command_line(argv) == line


def test_a_call_names_its_folder() -> None:
    command, cwd, words = call_command('{"command":["ls"],"workdir":"/w"}')

    assert (command, cwd, words) == ("ls", "/w", ["ls"])
    assert call_command('{"cmd":"ls -l"}') == ("ls -l", None, [])
    assert call_command("not json") == ("not json", None, [])


@pytest.mark.parametrize(
    ("output", "outcome"),
    [
        (
            '{"output":"a","metadata":{"exit_code":1,"duration_seconds":0.5}}',
            Outcome("a", 1, 500),
        ),
        (
            (
                "Chunk ID: x\nWall time: 0.25 seconds\nProcess exited with code 2\n"
                "Original token count: 1\nOutput:\nline\n"
            ),
            Outcome("line\n", 2, 250),
        ),
        (
            "Exit code: 0\nWall time: 1 seconds\nOutput:\nOutput:\nx",
            Outcome("Output:\nx", 0, 1000),
        ),
        (
            "Wall time: 1.0 seconds\nOutput:\nstill runs",
            Outcome("still runs", None, 1000),
        ),
        ("Output:\nof a program", Outcome("Output:\nof a program")),
        ("plain", Outcome("plain")),
        ('{"other":1}', Outcome('{"other":1}')),
        ([{"type": "input_text", "text": "a"}, {"text": "b"}, 7], Outcome("a\nb")),
        ({"content": "old", "success": True}, Outcome("old")),
        (None, Outcome("")),
        (7, Outcome("")),
        ("patch rejected by user", Outcome("patch rejected by user", declined=True)),
        (
            f'{FAILED} CreateProcess {{ message: "Rejected(\\"rejected by user\\")" }}',
            Outcome("rejected by user", declined=True),
        ),
        (f"{FAILED} not found", Outcome(f"{FAILED} not found")),
        ("Wall time: 1.2.3\nOutput:\nx", Outcome("x", None, None)),
        (
            '{"output":"cut","metadata":{"exit_code":3',
            Outcome('{"output":"cut","metadata":{"exit_code":3', 3),
        ),
    ],
)
def test_an_output_is_read_in_every_shape(output: object, outcome: Outcome) -> None:
    assert outcome_of(output) == outcome

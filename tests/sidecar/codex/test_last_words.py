"""Which line of standard error is shown when the app-server died."""

from __future__ import annotations

import pytest

from threadbook.codex.last_words import LastWords

_TRACE = """\
Stack backtrace:
   0: anyhow::error::<impl anyhow::Error>::msg
             at /build/anyhow/src/backtrace.rs:27:14
   1: codex_app_server::main
   2: _start"""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"Error: no home\n\nCaused by:\n    gone\n\n{_TRACE}", "no home"),
        ("Error: \n   0: timed out\n\nLocation:\n   src/main.rs:4", "timed out"),
        (
            (
                "thread 'main' panicked at src/lib.rs:3:5:\nout of fuel\n"
                "note: run with `RUST_BACKTRACE=1` environment variable to display"
                f" a backtrace\n{_TRACE.lower()}"
            ),
            "out of fuel",
        ),
        ("thread 'w' (12) panicked at a/b.rs:1:2:\nbang", "bang"),
        ("thread 'main' panicked at 'old style', src/lib.rs:3:5", "old style"),
        (
            (
                "thread 'main' panicked at src/s.rs:1:1:\n"
                "byte index 3 is not a char boundary of `what the user said`"
            ),
            "byte index 3 is not a char boundary of ...",
        ),
        ("\x1b[2m2026\x1b[0m \x1b[31mERROR\x1b[0m half\nfull\n\n", "full"),
        (f"plain words\n{_TRACE.partition(chr(10))[2]}", "plain words"),
        ("Error: the first\nsomething else\nError: the last", "the last"),
        ("", None),
    ],
)
def test_the_telling_line_is_kept_however_much_follows(
    said: str, shown: str | None
) -> None:
    words = LastWords()
    for line in said.encode().split(b"\n"):
        words.hear(line)

    assert words.text == shown
    for _ in range(100):
        words.hear(b"   9: core::ops::function::FnOnce::call_once")
    assert words.text == shown

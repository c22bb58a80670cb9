"""`threadbook search`: what it prints, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout
from threadbook.cli.main import main

if TYPE_CHECKING:
    from threadbook.home import CodexHome

USAGE = 2


def run(home: CodexHome, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--codex-home", str(home.root), "search", *arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def said(home: CodexHome, text: str) -> str:
    task = rollout(home.root, generation="legacy").user(text).agent("ok")
    task.done()
    return task.thread_id


@pytest.mark.parametrize("way", [[], ["--exact"], ["--regex"]], ids="".join)
def test_a_hit_names_its_task_and_its_step(
    home: CodexHome, capsys: pytest.CaptureFixture[str], way: list[str]
) -> None:
    one = said(home, "mend the teapot")
    said(home, "polish the kettle")

    assert run(home, "teapot", *way, "--json") == 0

    (hit,) = orjson.loads(capsys.readouterr().out)["hits"]
    assert (hit["threadId"], hit["turn"]) == (one, 1)


@pytest.mark.parametrize("way", [[], ["--exact"], ["--regex"]], ids="".join)
def test_nothing_found_is_said_beside_the_results(
    home: CodexHome, capsys: pytest.CaptureFixture[str], way: list[str]
) -> None:
    said(home, "mend the teapot")

    assert run(home, "samovar", *way) == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("Nothing found.\n")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([""], "QUERY is empty"),
        (["  ", "--exact"], "QUERY is empty"),
        ([], "Give a QUERY"),
        (["teapot", "--file", "a.py"], "Give a QUERY"),
        (["teapot", "--exact", "--regex"], "exclude each other"),
        (["teapot", "--all", "--cwd", "."], "exclude each other"),
        (["--file", " "], "--file is empty"),
        (["--file", "a.py", "--in", "messages"], "--file looks into files"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    home: CodexHome,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    why: str,
) -> None:
    assert run(home, *arguments) == USAGE
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["src/tea/Pot.tsx"],
        ["tea/Po"],
        ["pot.tsx"],
        ["src/t"],
        ["ea/Pot", "--exact"],
        [r"ea/P.t\.ts", "--regex"],
        ["src", "--in", "files"],
    ],
    ids=" ".join,
)
def test_a_changed_file_is_found_by_a_part_of_its_path(
    home: CodexHome, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    task = rollout(home.root).user("brew").patch("src/tea/Pot.tsx", "const leaf = 1;")
    task.done()
    said(home, "src/tea/Pot.tsx is talked of, and not changed")

    assert run(home, "--file", *arguments, "--json") == 0

    hits = orjson.loads(capsys.readouterr().out)["hits"]
    assert {hit["threadId"] for hit in hits} == {task.thread_id}


def test_a_query_without_a_letter_is_told_how_it_is_found(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    said(home, "we have lift-off \N{ROCKET}")

    run(home, "\N{ROCKET}")
    assert "--exact finds any characters" in capsys.readouterr().err
    run(home, "\N{ROCKET}", "--exact")
    assert "lift-off" in capsys.readouterr().out


def test_words_behind_the_beginning_of_a_long_text_are_found_exactly(
    home: CodexHome, capsys: pytest.CaptureFixture[str]
) -> None:
    said(home, "near " + "word " * 20_000 + "far")

    for words, found in (("near", 1), ("far", 0)):
        run(home, words, "--json")
        hits = orjson.loads(capsys.readouterr().out)["hits"]
        assert len(hits) == found
    run(home, "word far", "--exact", "--json")
    assert len(orjson.loads(capsys.readouterr().out)["hits"]) == 1

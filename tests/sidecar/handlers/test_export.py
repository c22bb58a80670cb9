from __future__ import annotations

import asyncio
import base64
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from support.exported import messages
from support.pages import read_page
from support.rollouts import GENERATIONS, rollout
from threadbook.errors import NotPossibleError, ThreadNotFoundError
from threadbook.handlers.export import task_export
from threadbook.handlers.progress import reporting
from threadbook.protocol.export import TaskExportParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.protocol.export import ExportedFile

    Opened = Callable[[], Context]

FORMATS = ("md", "html", "json", "jsonl")
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()
PICTURE = f"data:image/png;base64,{PNG}"
KEY = "sk-" + "a1b2c3d4" * 6


def exported(context: Context, *threads: str, **params: object) -> list[ExportedFile]:
    asked = {"threadIds": threads, "format": "json"} | params
    export = task_export(context, TaskExportParams.model_validate(asked))
    return list(asyncio.run(export).files)


def until(holds: Callable[[], object]) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_message_is_there_in_order_in_every_format(
    home: CodexHome, opened: Opened, tmp_path: Path, generation: Generation, form: str
) -> None:
    built = rollout(home.root, generation=generation)
    expected: list[str] = []
    for number in range(60):
        built.user(f"question {number}")
        built.command("ls", output=f"listed {number}\n")
        built.agent(f"answer {number}")
        expected += [f"user: question {number}", f"agent: answer {number}"]
    built.done()
    path = tmp_path / f"out.{form}"

    [file] = exported(opened(), built.thread_id, format=form, path=str(path))

    content = path.read_text(encoding="utf-8")
    assert messages(form, content) == expected
    assert all(f"listed {number}" in content for number in range(60))
    assert (file.thread_id, file.path) == (built.thread_id, str(path))
    assert (file.bytes, file.masked) == (path.stat().st_size, 0)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "zst"])
def test_long_texts_are_whole_in_every_format(
    home: CodexHome, opened: Opened, tmp_path: Path, form: str, *, compressed: bool
) -> None:
    answer = "word " * 400_000 + "last"
    built = rollout(home.root).user("go on").agent(answer)
    built.user("and now").agent("short")
    built.done(compressed=compressed)
    path = tmp_path / "out"

    exported(opened(), built.thread_id, format=form, path=str(path))

    assert messages(form, path.read_text(encoding="utf-8")) == [
        "user: go on",
        f"agent: {answer}",
        "user: and now",
        "agent: short",
    ]


def test_a_turn_is_whole_when_its_texts_can_not_be_held_together(
    home: CodexHome, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.rollout.whole._HELD", 1 << 20)
    outputs = [f"{number} " * 300_000 for number in range(100, 105)]
    built = rollout(home.root).user("run them all")
    for output in outputs:
        built.command("seq", output=output)
    built.agent("ran").done()
    path = tmp_path / "out.jsonl"

    exported(opened(), built.thread_id, format="jsonl", path=str(path))

    items = [orjson.loads(line)["item"] for line in path.read_bytes().splitlines()]
    shown = [item["output"] for item in items if item["type"] == "commandExecution"]
    assert [output["text"] for output in shown] == outputs
    assert not any(output["cut"] for output in shown)


def test_json_is_the_task_with_its_turns(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    built = rollout(home.root, cwd="/w/shop").user("one").agent("1").user("two")
    built.fail("it broke").done()
    path = tmp_path / "out.json"

    exported(opened(), built.thread_id, path=str(path))

    document = orjson.loads(path.read_bytes())
    assert document["task"]["threadId"] == built.thread_id
    assert document["task"]["cwd"] == "/w/shop"
    assert [turn["number"] for turn in document["turns"]] == [1, 2]
    assert document["turns"][1]["status"] == "failed"
    assert document["turns"][1]["stop"]["message"] == "it broke"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_redacted_is_redacted_everywhere(
    home: CodexHome, opened: Opened, tmp_path: Path, generation: Generation, form: str
) -> None:
    private = f"/home/alice/shop {os.environ['HOME']}/notes key {KEY}"
    built = rollout(home.root, generation=generation, cwd="/home/alice/shop")
    built.user(private, images=(PICTURE,)).reasoning(private)
    built.command(f"cat {private}", output=private, exit_code=1)
    built.patch("a.txt", private).agent(private).user("more").fail(private).done()
    path = tmp_path / "out"

    [file] = exported(
        opened(), built.thread_id, format=form, path=str(path), redact=True
    )

    content = path.read_text(encoding="utf-8")
    assert KEY not in content
    assert "alice" not in content
    assert os.environ["HOME"] not in content
    assert PNG not in content
    assert "[masked:API-key]" in content.replace("\\", "")
    assert "~/shop" in content.replace("<wbr>", "")
    assert file.masked >= 10


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("generation", ["legacy", "enveloped", "paginated", "bare"])
def test_pictures_are_embedded_or_left_out(
    home: CodexHome, opened: Opened, tmp_path: Path, generation: Generation, form: str
) -> None:
    second = PICTURE.replace("png", "gif")
    built = rollout(home.root, generation=generation)
    built.user("look", images=(PICTURE, second)).agent("seen").done()
    context = opened()
    path = tmp_path / "out"

    exported(context, built.thread_id, format=form, path=str(path))
    embedded = path.read_text(encoding="utf-8")
    exported(context, built.thread_id, format=form, path=str(path), images="omit")
    omitted = path.read_text(encoding="utf-8")
    exported(
        context,
        built.thread_id,
        format=form,
        path=str(path),
        images="embed",
        redact=True,
    )
    wanted = path.read_text(encoding="utf-8")

    assert embedded.count(PICTURE) == embedded.count(second) == 1
    assert embedded.index(PICTURE) < embedded.index(second)
    assert PNG not in omitted
    assert "image/png" in omitted
    assert PICTURE in wanted


def test_a_picture_that_only_its_path_names_is_read_if_it_is_one(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    picture, secret = tmp_path / "a.png", tmp_path / "b.png"
    picture.write_bytes(base64.b64decode(PNG))
    secret.write_text("root:x:0:0")
    built = rollout(home.root).user("look")
    for path in (picture, secret, tmp_path / "missing.png"):
        built.item("ImageView", id=path.name, path=str(path))
    built.agent("seen").done()
    out = tmp_path / "out.html"

    exported(opened(), built.thread_id, format="html", path=str(out))

    page = read_page(out.read_text(encoding="utf-8"))
    assert [each.attributes["src"] for each in page.all("img")] == [PICTURE]
    assert len(page.all(kind="picture")) == 2


def test_several_tasks_go_to_a_folder_under_names_that_tell_them_apart(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    first = rollout(home.root).user("Fix: the <till>/\\ & ümlaut")
    second = rollout(home.root).user("/home/alice token")
    first.done()
    second.done()
    folder = tmp_path / "new" / "folder"

    files = exported(
        opened(),
        first.thread_id,
        second.thread_id,
        format="md",
        path=str(folder),
        redact=True,
    )

    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            f"2026-09-21-fix-the-till-ümlaut-{first.thread_id}.md",
            f"2026-09-21-token-{second.thread_id}.md",
        ]
    )
    assert [Path(file.path).parent for file in files] == [folder] * 2


def test_a_file_is_replaced_only_once_the_new_one_is_whole(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    built = rollout(home.root).user("hi")
    rollout_path = built.done()
    context = opened()
    out = tmp_path / "out" / "x.md"
    exported(context, built.thread_id, format="md", path=str(out))
    before = out.read_bytes()
    rollout_path.unlink()

    with pytest.raises(Exception, match="no such file"):
        exported(context, built.thread_id, format="md", path=str(out))

    assert list(out.parent.iterdir()) == [out]
    assert out.read_bytes() == before


def test_what_can_not_be_written_is_said(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    built = rollout(home.root).user("hi")
    built.done()
    context = opened()
    (tmp_path / "file").write_text("x")

    with pytest.raises(NotPossibleError):
        exported(context, built.thread_id, path=str(tmp_path / "file" / "x.json"))
    with pytest.raises(NotPossibleError):
        exported(context, built.thread_id, path="relative.json")
    with pytest.raises(ThreadNotFoundError):
        exported(context, "nosuch", path=str(tmp_path / "x.json"))


def test_a_damaged_rollout_is_exported_as_far_as_it_goes(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    built = rollout(home.root).user("before").raw(b'{"torn": ').agent("after")
    built.done()
    path = tmp_path / "out.json"

    exported(opened(), built.thread_id, path=str(path))

    assert messages("json", path.read_text(encoding="utf-8")) == [
        "user: before",
        "agent: after",
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_fork_is_exported_with_what_it_inherited(
    home: CodexHome, opened: Opened, tmp_path: Path, form: str
) -> None:
    parent = rollout(home.root).user("first").agent("one").user("second").agent("two")
    parent.end_turn()
    kept = parent.ordinal
    parent.user("third").agent("three").done()
    base = {"thread_id": parent.rollout_id, "end_ordinal_exclusive": kept}
    fork = rollout(
        home.root,
        meta={"forked_from_id": parent.thread_id, "history_base": base},
    )
    fork.ordinal = kept + 1
    fork.user("instead").agent("other").done()
    path = tmp_path / "out"

    exported(opened(), fork.thread_id, format=form, path=str(path))

    assert messages(form, path.read_text(encoding="utf-8")) == [
        "user: first",
        "agent: one",
        "user: second",
        "agent: two",
        "user: instead",
        "agent: other",
    ]


def test_of_many_it_is_told_how_many_are_done(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    tasks = [rollout(home.root).user(f"task {number}") for number in range(3)]
    for task in tasks:
        task.done()
    told: list[tuple[int, int]] = []

    with reporting(lambda done, total: told.append((done, total))):
        exported(
            opened(),
            *(task.thread_id for task in tasks),
            format="md",
            path=str(tmp_path / "out"),
        )

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_when_it_is_cancelled_whole_files_stay_and_no_part_of_one(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    small = rollout(home.root).user("small")
    large = rollout(home.root).user("large")
    for number in range(5000):
        large.command(f"seq {number}", output="line\n" * 50)
    small.done()
    large.done()
    folder = tmp_path / "out"
    context = opened()

    def parts() -> list[Path]:
        return list(folder.glob("*.threadbook-part"))

    async def cancelled() -> None:
        params = TaskExportParams(
            thread_ids=(small.thread_id, large.thread_id),
            format="html",
            path=f"{folder}/",
        )
        running = asyncio.create_task(task_export(context, params))
        await asyncio.to_thread(until, lambda: parts() and list(folder.glob("*.html")))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.to_thread(until, lambda: not parts())

    asyncio.run(cancelled())

    assert [small.thread_id in path.name for path in folder.iterdir()] == [True]

"""The demo's home: what `npm start -- --demo` and the browser tests show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NOW = 1_795_226_400_000


def make(folder: Path) -> Path:
    script = ROOT / "scripts" / "demo" / "make_home.py"
    home, work = folder / "home", folder / "work"
    arguments = ("--home", home, "--work", work, "--now", str(NOW))
    subprocess.run((sys.executable, script, *arguments), check=True)
    return home


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("demo")
    home = make(folder)
    own = {
        "HOME": "user",
        "THREADBOOK_CACHE_DIR": "cache",
        "THREADBOOK_DATA_DIR": "data",
    }
    places = {name: str(folder / place) for name, place in own.items()}
    flags = ("--all", "--state", "any", "--limit", "0", "--json")
    listed = subprocess.run(
        (sys.executable, "-m", "threadbook", "--codex-home", home, "list", *flags),
        env=os.environ | places,
        capture_output=True,
        check=True,
    )
    return json.loads(listed.stdout)["tasks"]


def named(tasks: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(task for task in tasks if task["displayName"].startswith(name))


def contents(home: Path) -> dict[str, bytes]:
    files = (path for path in sorted(home.rglob("*")) if path.is_file())
    # The folder that a task ran in differs from one run to the other.
    folder = str(home.parent).encode()
    return {
        str(path.relative_to(home)): path.read_bytes().replace(folder, b"")
        for path in files
        if path.suffix != ".zst"
    }


def test_the_same_seed_and_time_give_the_same_home(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"

    assert contents(make(first)) == contents(make(second))


def test_every_task_is_one_row_of_every_format(
    tasks: list[dict[str, Any]],
) -> None:
    stories = list((ROOT / "sidecar" / "threadbook" / "demo" / "tasks").glob("*.toml"))
    formats = {rollout["format"] for task in tasks for rollout in task["rollouts"]}

    assert len(tasks) == len({task["threadId"] for task in tasks}) == len(stories)
    assert formats == {"json", "bare", "enveloped", "paginated"}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("The cart total is off by", "idle"),
        ("Migrate the checkout to ", "limited"),
        ("Product search takes two", "interrupted"),
        ("Fuzz the string parser f", "failed"),
        ("Move the notebook from p", "interrupted"),
    ],
)
def test_a_task_shows_how_it_ended(
    tasks: list[dict[str, Any]], name: str, status: str
) -> None:
    assert named(tasks, name)["status"] == status


def test_the_usage_limit_resets_after_now(tasks: list[dict[str, Any]]) -> None:
    stop = named(tasks, "Migrate the checkout to ")["lastStop"]

    assert stop["resetsAt"] == pytest.approx(NOW + 108 * 60_000, abs=60_000)


def test_a_fork_counts_the_steps_of_its_parent(
    tasks: list[dict[str, Any]],
) -> None:
    (fork,) = (task for task in tasks if task["forkedFromId"])

    assert fork["displayName"].startswith("Let customers pay with gift cards")
    assert fork["turnCount"] == 3


def test_a_reverted_task_counts_what_is_left(tasks: list[dict[str, Any]]) -> None:
    reverted = named(tasks, "Implement inline tables:")

    assert reverted["turnCount"] == 3
    assert len(reverted["rollouts"]) == 2

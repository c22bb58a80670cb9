from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BANNED_NAMES = ("utils", "helpers", "common", "misc", "manager", "service")


def sources(*folders: str) -> list[Path]:
    found: list[Path] = []
    for folder in folders:
        for suffix in ("*.py", "*.ts"):
            found += (ROOT / folder).rglob(suffix)
    return [path for path in found if not {"dist", "bundled"} & set(path.parts)]


def test_no_room_imports_upward() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = sources("sidecar", "extension/src", "extension/webview", "scripts", "tests")

    assert [path for path in named if path.stem.lower() in BANNED_NAMES] == []


def test_every_python_file_says_what_it_is_for() -> None:
    silent = [
        path
        for path in sources("sidecar", "scripts")
        if path.suffix == ".py"
        and not path.read_text(encoding="utf-8").startswith('"""')
    ]

    assert silent == []


def test_broad_excepts_stand_only_at_the_doors() -> None:
    found = {
        str(path.relative_to(ROOT / "sidecar" / "threadbook"))
        for path in sources("sidecar")
        if re.search(r"except Exception\b", path.read_text(encoding="utf-8"))
    }

    assert found <= {
        "server/answer.py",
        "server/opening.py",
        "cli/main.py",
        "watch/feed.py",
        "watch/findable.py",
        "codex/client.py",
        "index/reading.py",
        "index/passages.py",
    }


def test_no_file_outgrows_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources("sidecar", "extension/src", "extension/webview", "scripts")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
        # Generated, or nothing but the domain's types.
        and path.name not in {"generated.ts", "items.py"}
    }

    assert long == {}

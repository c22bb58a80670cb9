from __future__ import annotations

import os
from pathlib import Path

import pytest

from threadbook.codex.binary import find_codex, native_program
from threadbook.codex.version import Feature, Version, parse_version
from threadbook.errors import CodexUnavailableError


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing but what a test puts there."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr("threadbook.codex.binary._COMMON_PLACES", ("~/.local/bin",))


def test_a_machine_with_codex_can_be_told_to_use_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_to_path(monkeypatch, install(tmp_path / "bin" / "codex", "0.140.0").parent)
    assert find_codex().place == "PATH"

    with pytest.raises(CodexUnavailableError, match="can be read, not resumed"):
        find_codex("none")


def install(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "codex-cli {version}"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def add_to_path(monkeypatch: pytest.MonkeyPatch, *directories: Path) -> None:
    places = [*map(str, directories), "/usr/bin", "/bin"]
    monkeypatch.setenv("PATH", os.pathsep.join(places))


def test_the_newest_of_several_is_taken_and_the_others_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = install(tmp_path / "a" / "codex", "0.148.0")
    new = install(tmp_path / "b" / "codex", "0.169.0")
    local = install(tmp_path / "home" / ".local" / "bin" / "codex", "0.98.0")
    extension = tmp_path / "home" / ".vscode-server" / "extensions"
    bundled = install(
        extension / "openai.chatgpt-1.2.3" / "bin" / "linux-x86_64" / "codex",
        "0.170.0-alpha.4",
    )
    add_to_path(monkeypatch, old.parent, new.parent)

    found = find_codex()

    assert found.path == bundled
    assert found.place == "extension"
    assert [one.path for one in found.others] == [new, old, local]


def test_a_configured_codex_is_taken_though_a_newer_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_to_path(monkeypatch, install(tmp_path / "a" / "codex", "0.169.0").parent)
    chosen = install(tmp_path / "b" / "my-codex", "0.150.0")

    found = find_codex(str(chosen))

    assert (found.path, found.version) == (chosen, Version(0, 150))


def test_one_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = install(tmp_path / "a" / "codex", "0.169.0")
    broken.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    works = install(tmp_path / "b" / "codex", "0.148.0")
    add_to_path(monkeypatch, broken.parent, works.parent)

    assert find_codex().path == works


@pytest.mark.parametrize("configured", [None, "/nowhere/codex"])
def test_without_a_codex_the_sentence_says_what_to_do(configured: str | None) -> None:
    with pytest.raises(CodexUnavailableError) as missing:
        find_codex(configured)

    assert "npm install -g @openai/codex" in str(missing.value)
    assert "threadbook.codexPath" in str(missing.value)


def test_asking_for_the_version_leaves_no_trace_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = install(tmp_path / "codex", "0.169.0")
    text = program.read_text("utf-8") + 'touch "$CODEX_HOME/trace"\n'
    program.write_text(text, encoding="utf-8")
    home = tmp_path / "codex-home"
    home.mkdir()
    monkeypatch.setenv("CODEX_HOME", str(home))

    find_codex(str(program))

    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "native",
    [
        "codex/vendor/x86_64-unknown-linux-musl/codex/codex",
        "codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
        "codex/node_modules/@openai/codex-linux-x64/vendor/x/bin/codex",
    ],
)
def test_the_program_behind_the_starter_script_of_npm_is_found(
    tmp_path: Path, native: str
) -> None:
    scope = tmp_path / "lib" / "node_modules" / "@openai"
    script = install(scope / "codex" / "bin" / "codex.js", "0.0.1")
    program = install(scope / native, "0.169.0")
    starter = tmp_path / "bin" / "codex"
    starter.parent.mkdir()
    starter.symlink_to(script)

    assert native_program(starter) == program
    assert find_codex(str(starter)).version == Version(0, 169)


def test_the_tools_that_come_with_the_package_are_on_the_path(tmp_path: Path) -> None:
    program = install(tmp_path / "x" / "bin" / "codex", "0.169.0")
    (tmp_path / "x" / "codex-path").mkdir()

    path = find_codex(str(program)).environment()["PATH"].split(os.pathsep)

    assert Path(path[0]) == tmp_path / "x" / "codex-path"


def test_one_that_is_too_old_says_what_is_needed_for_what(tmp_path: Path) -> None:
    codex = find_codex(str(install(tmp_path / "codex", "0.147.9")))
    codex.require(Feature.ARCHIVE)
    with pytest.raises(CodexUnavailableError) as too_old:
        codex.require(Feature.FORK_AT_TURN)

    assert too_old.value.data() == {"found": "0.147.9", "needed": "0.148.0"}
    assert "Forking from a step needs Codex 0.148.0" in str(too_old.value)


def test_a_build_from_source_is_trusted(tmp_path: Path) -> None:
    codex = find_codex(str(install(tmp_path / "codex", "0.0.0")))

    for feature in Feature:
        codex.require(feature)


def test_versions_order_as_versions_do() -> None:
    texts = ["0.20.0", "0.98.0", "0.150.0-alpha.2", "0.150.0", "0.150.1", "1.0.0"]
    versions = [parse_version(f"codex-cli {text}\n") for text in texts]

    assert [str(version) for version in versions] == texts
    assert sorted(v for v in versions if v) == versions
    assert parse_version("no version here") is None

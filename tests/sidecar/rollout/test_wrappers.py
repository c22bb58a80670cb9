from __future__ import annotations

import pytest

from threadbook.rollout.wrappers import (
    is_wrapper,
    kinds_are_wrapper,
    preview_of,
    without_context,
)


@pytest.mark.parametrize(
    "text",
    [
        "<environment_context>\n<cwd>/w</cwd>\n</environment_context>",
        "<user_instructions>\n\nBe nice",
        "# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>",
        "<permissions instructions>\nx",
        "<skills_instructions>\nx",
        "<turn_aborted>\nx",
        "\n  <environment_context>",
        '<subagent_notification id="x">',
    ],
)
def test_what_is_wrapped_around_a_message_is_told_from_it(text: str) -> None:
    assert is_wrapper(text)


@pytest.mark.parametrize(
    "text", ["Fix <environment_context>", "# AGENTS", "<div>x</div>", "", "<memoryx>"]
)
def test_a_users_own_text_is_no_wrapper(text: str) -> None:
    assert not is_wrapper(text)


@pytest.mark.parametrize(
    ("kinds", "wrapper"),
    [
        (["environments.environment_context"], True),
        (["permissions.instructions", "user.text"], False),
        (["user.text"], False),
        (["unknown"], False),
        ([], False),
        (None, False),
    ],
)
def test_newer_messages_say_themselves_what_they_are(
    kinds: object, *, wrapper: bool
) -> None:
    payload: dict[str, object] = {
        "internal_chat_message_metadata_passthrough": {"content_item_kinds": kinds}
    }

    assert kinds_are_wrapper(payload) is wrapper


def test_the_request_is_what_follows_its_heading() -> None:
    assert without_context("# Context\n## My request for Codex:\n a\nb \n") == "a\nb"
    assert without_context("## My request for Codex: on one line") == "on one line"
    assert without_context("say ## My request for Codex: x") == (
        "say ## My request for Codex: x"
    )


def test_a_preview_is_one_line_of_limited_length() -> None:
    assert preview_of("  a\n\n b\tc ") == "a b c"
    assert preview_of("x" * 1000) == "x" * 400
    assert preview_of("", images=2) == "[Image]"
    assert preview_of("  \n ") == ""

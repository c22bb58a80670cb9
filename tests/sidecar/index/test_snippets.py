from __future__ import annotations

from threadbook.index.snippets import cut_snippet


def marked(text: str, *words: str) -> list[str]:
    snippet = cut_snippet(text, words)
    return [snippet.text[start:end] for start, end in snippet.marks]


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    snippet = cut_snippet("Fix the\n\tlogin  bug", ("login",))

    assert snippet.text == "Fix the login bug"
    assert snippet.marks == ((8, 13),)


def test_of_a_long_text_the_piece_with_most_words_is_shown() -> None:
    text = "cat " + "filler " * 200 + "a cat and a dog " + "filler " * 200

    snippet = cut_snippet(text, ("cat", "dog"))

    assert "a cat and a dog" in snippet.text
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    assert len(snippet.text) <= 162


def test_words_are_marked_in_any_case_and_inside_identifiers() -> None:
    assert marked("parseRolloutName, ROLLOUT", "rollout") == ["Rollout", "ROLLOUT"]


def test_longer_words_are_marked_whole() -> None:
    assert marked("concatenate", "cat", "concat") == ["concat"]


def test_a_text_without_the_words_is_shown_from_its_beginning() -> None:
    snippet = cut_snippet("Meet at the café " + "x" * 300, ("cafe",))

    assert snippet.text.startswith("Meet at the café")
    assert snippet.marks == ()

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.rollout import literals
from threadbook.rollout.literals import required


@pytest.mark.parametrize(
    ("expression", "run"),
    [
        (r"^two \d+$", "two "),
        (r"(?:needle) here", "needle here"),
        (r"x(?P<name>needle)\w", "xneedle"),
        (r"fo+bars?", "bar"),
        (r"(abc)+x", "abc"),
        (r"a\.b\[c", "a.b[c"),
        (r"one|two", ""),
        (r"x{0}yy", "yy"),
        (r"(?!never)xy", "xy"),
        (r"(?i)needle", ""),
        (r"(?i:needle)in", "in"),
        (r"\w+", ""),
    ],
)
def test_the_longest_run_that_every_match_has_is_required(
    expression: str, run: str
) -> None:
    assert required(expression) == run


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.lists(inner, min_size=1, max_size=4).map("".join)
    form = st.sampled_from(
        ["({})", "(?:{})", "(?i:{})", "({})?", "(?:{})+", "(?:{})*?", "({}|c)", "^{}"]
    )
    return joined | st.builds(str.format, form, joined)


EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["a", "b", "ab", "a+", "b{2}", "a{0,1}", "[ab]", r"\.", r"\d", "."]
    ),
    wrapped,
    max_leaves=8,
)


@given(EXPRESSIONS, st.data())
def test_no_match_lacks_what_is_required(expression: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(expression, re.MULTILINE)))

    match = re.search(expression, text, re.MULTILINE)
    assert match is not None
    assert required(expression) in match[0]


def test_nothing_is_required_where_python_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(literals, "_parser", None)

    assert required("needle") == ""

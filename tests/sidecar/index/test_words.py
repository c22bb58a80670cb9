from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.index.words import prepare, understand


def finds(query: str, text: str, *, typing: bool = False) -> bool:
    wanted = understand(query, typing=typing)
    if wanted is None:
        return False
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE words USING fts5 (text, parts, content = '',"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute("INSERT INTO words VALUES (?, ?)", prepare(text))
        return bool(
            connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ?", (wanted.match,)
            ).fetchall()
        )


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("bug", "Fix the login bug."),
        ("LOGIN bug", "Fix the login bug"),
        ("bug fix", "Fix the login bug"),
        ('"login bug"', "Fix the login bug"),
        ("log*", "Fix the login bug"),
        ('"the log"*', "Fix the login bug"),
        ("cafe", "Meet at the café"),
        ("café", "Meet at the cafe"),
        # Identifiers, by their parts and as a whole.
        ("rollout", "def parse_rollout_name(name):"),
        ("parse_rollout_name", "def parse_rollout_name(name):"),
        ("parse_rollout*", "def parse_rollout_name(name):"),
        ("rollout", "parseRolloutName(name)"),
        ("parseRolloutName", "parseRolloutName(name)"),
        ("parserolloutname", "parseRolloutName(name)"),
        ("parseRolloutName", "def parse_rollout_name(name):"),
        ('"rollout name"', "parseRolloutName(name)"),
        ("server", "new HTTPServer(8080)"),
        ("github", "See GitHub for more"),
        ('"github for"', "See GitHub for more"),
        # Paths.
        ("app.py", "src/web/app.py was changed"),
        ("src/web", "src/web/app.py was changed"),
        ("web", "src/web/app.py was changed"),
        # Scripts without spaces.
        ("東京", "明日は東京に行きます"),
        ("行きます", "明日は東京に行きます"),
        ("会議", "北京会議について"),
        ("한국", "한국어로 말해요"),
        ("tokyo 東京", "tokyo is 東京です"),
        # Operators.
        ("cat OR dog", "a dog"),
        ("dog NOT cat", "a dog"),
        ("(cat OR dog) AND bird", "a dog and a bird"),
        ("cat OR dog bird", "a dog and a bird"),
        # What makes no sense as operators is words.
        ("AND dog", "a dog"),
        ("dog OR", "a dog"),
        ("(dog", "a dog"),
        ("dog )", "a dog"),
        ("NOT dog", "a dog"),
        ('"a dog', "a dog"),
        ("don't", "I don't know"),
        ("re\u0301sume\u0301", "le r\u00e9sum\u00e9"),
        ("re\u0301sume\u0301", "le re\u0301sume\u0301"),
        ("r\u00e9sum\u00e9", "le re\u0301sume\u0301"),
        ('"re\u0301sume\u0301 d*', "re\u0301sume\u0301 de\u0301ja\u0300"),
        ("c++ dog", "a dog in c"),
    ],
)
def test_is_found(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("bug cat", "Fix the login bug"),
        ('"bug login"', "Fix the login bug"),
        ("log", "Fix the login bug"),
        ("dog NOT bird", "a dog and a bird"),
        ("京東", "明日は東京に行きます"),
        ("", "anything"),
        ("* - +", "anything"),
        ('"', "anything"),
        ("AND", "and so on"),
    ],
)
def test_is_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


def test_the_last_word_may_be_unfinished_while_one_types() -> None:
    assert finds("fix the log", "Fix the login bug", typing=True)
    assert not finds("fi the login", "Fix the login bug", typing=True)
    assert not finds("log ", "Fix the login bug", typing=True)


@given(st.text(max_size=60))
def test_any_query_is_one_that_sqlite_understands(query: str) -> None:
    finds(query, "some text", typing=True)


# Of newer letters, Python and SQLite may think differently.
LETTERS = st.characters(categories=["L", "Nd", "P", "Zs"], max_codepoint=0x24F)


@given(st.text(LETTERS | st.sampled_from("東京日本한국ไทย"), max_size=40))
def test_every_text_finds_itself(text: str) -> None:
    assert understand(text) is None or finds(f'"{text.replace(chr(34), " ")}"', text)


@given(
    st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True),
    st.sampled_from(["", "see ", "(", "x.", "LOUD "]),
)
def test_exactly_names_of_several_words_are_parted(name: str, before: str) -> None:
    humps = [
        (one.islower() or one.isdigit()) and two.isupper()
        for one, two in pairwise(name)
    ]
    shouted = [
        first.isupper() and second.isupper() and third.islower()
        for first, second, third in zip(name, name[1:], name[2:], strict=False)
    ]
    parts = prepare(f"{before}{name}, and so on")[1]

    assert parts.replace(" ", "") == (name if any(humps + shouted) else "")

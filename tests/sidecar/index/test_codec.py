from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.index.codec import column_int, column_text, pack, unpack


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    path: Path
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Single:
    name: str


def test_dataclasses_are_lists_and_paths_are_left_out() -> None:
    point = Point(1, Path("a"), ("b",))

    assert unpack(pack([point, Single("c")])) == [[1, None, ["b"]], ["c"]]


@pytest.mark.parametrize(
    "value", ["lone \ud800 surrogate", "caf\udce9", 2**70, -(2**70), "ü"]
)
def test_what_orjson_refuses_comes_back_too(value: object) -> None:
    assert unpack(pack([value])) == [value]
    assert unpack(pack(Point(2**80, Path("a"), ("\ud800",)))) == [
        2**80,
        None,
        ["\ud800"],
    ]


@given(st.integers(), st.text(st.characters()))
def test_columns_take_any_number_and_any_text(number: int, text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        row = connection.execute(
            "SELECT ?, ?", (column_int(number), column_text(text))
        ).fetchone()

    if -(2**63) <= number < 2**63:
        assert row[0] == number
    assert row[1] == column_text(text)

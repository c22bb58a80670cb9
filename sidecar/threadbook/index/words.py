"""Words as the full-text index sees them: the same on the way in and when asked for.

FTS5's unicode61 parts at everything but letters and digits, so `snake_case`, paths and
dotted names are found by their parts. Two things it can't: `camelCase` (its parts go
into a column of their own, so that phrases stay phrases), and scripts without spaces
(each of their characters becomes a word, and a word of them a phrase).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

# Possessive, so that every other word is passed over in one go.
_CAMEL = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?:[A-Z]*+[a-z0-9]++[A-Z]|[A-Z]{2,}+[a-z])[A-Za-z0-9]*+"
)
# Told far sooner by the capitals, which most texts have few of.
_HAS_CAMEL = re.compile(r"[A-Z](?:(?<=[a-z0-9].)|(?=[A-Z][a-z]))", re.DOTALL)
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"[^\W_]+")
_LEXEME = re.compile(r'"(?P<phrase>[^"]*)"(?P<begins>\*?)|(?P<bracket>[()])|[^\s()"]+')
_OPERATORS = {"AND", "OR", "NOT"}


def prepare(text: str) -> tuple[str, str]:
    """Return what goes into the two columns of the full-text index for *text*."""
    if not _HAS_CAMEL.search(text):
        return _spaced(text), ""
    camels = set(_CAMEL.findall(text))
    parts = " ".join(" ".join(_HUMPS.findall(camel)) for camel in sorted(camels))
    return _spaced(text), parts


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, understood."""

    match: str
    """FTS5's expression."""
    words: tuple[str, ...]
    """Single words (beginnings too) that snippets show, casefolded."""


def understand(query: str, *, typing: bool = False) -> Wanted | None:
    """Read a person's query; None when there is no word in it.

    Words are all wanted; `"..."` is a phrase, `word*` a beginning; AND, OR, NOT and
    brackets join them. What makes no sense that way is taken as words. With *typing*,
    the last word may be unfinished.
    """
    # FTS5 takes a letter and the marks upon it for one; parted here, they are words.
    query = normalize("NFC", query)
    if typing and query[-1:].isalnum():
        query += "*"
    lexemes = [_Lexeme.read(match) for match in _LEXEME.finditer(query)]
    lexemes = [each for each in lexemes if each.is_operator or each.words]
    words = dict.fromkeys(word for each in lexemes for word in each.words)
    if not words:
        return None
    try:
        match = _Parser(lexemes).parse()
    except _NonsenseError:
        terms = [each.term for each in lexemes if not each.is_operator]
        match = " AND ".join(terms)
    return Wanted(match, tuple(words)) if match else None


def _spaced(text: str) -> str:
    if text.isascii() or not _SPACELESS.search(text):
        return text
    return _SPACELESS.sub(lambda match: f" {match[0]} ", text)


class _NonsenseError(Exception):
    """The operators do not fit."""


@dataclass(frozen=True, slots=True)
class _Lexeme:
    text: str
    is_operator: bool
    term: str = ""
    """FTS5's expression for a word or phrase."""
    words: tuple[str, ...] = ()

    @staticmethod
    def read(match: re.Match[str]) -> _Lexeme:
        text = match[0]
        if match["bracket"] or text in _OPERATORS:
            return _Lexeme(text, is_operator=True)
        phrase = match["phrase"]
        begins = bool(match["begins"]) if phrase is not None else text.endswith("*")
        plain = phrase if phrase is not None else text.rstrip("*")
        words = tuple(word.casefold() for word in _WORD.findall(_spaced(plain)))
        return _Lexeme(text, is_operator=False, term=_term(plain, begins), words=words)


def _term(plain: str, begins: bool) -> str:  # noqa: FBT001 - handed on
    star = " *" if begins else ""
    terms = [f"{_quoted(_spaced(plain))}{star}"]
    if _CAMEL.fullmatch(plain):
        # However the name is spelt: parseName, parse_name, parse-name.
        terms.append(f"{_quoted(' '.join(_HUMPS.findall(plain)))}{star}")
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _quoted(text: str) -> str:
    return '"' + " ".join(_WORD.findall(text)) + '"'


class _Parser:
    """OR binds least, then NOT and AND; words side by side are joined by AND."""

    def __init__(self, lexemes: list[_Lexeme]) -> None:
        self._lexemes = lexemes
        self._at = 0

    def parse(self) -> str:
        """Return FTS5's expression for all of it."""
        found = self._either()
        if self._at < len(self._lexemes):
            raise _NonsenseError
        return found

    def _either(self) -> str:
        found = [self._all()]
        while self._take("OR"):
            found.append(self._all())
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def _all(self) -> str:
        found = self._one()
        while (lexeme := self._peek()) is not None and lexeme.text not in {"OR", ")"}:
            if self._take("NOT"):
                found = f"({found} NOT {self._one()})"
            else:
                self._take("AND")
                found = f"({found} AND {self._one()})"
        return found

    def _one(self) -> str:
        lexeme = self._peek()
        if lexeme is None:
            raise _NonsenseError
        self._at += 1
        if not lexeme.is_operator:
            return lexeme.term
        if lexeme.text != "(":
            raise _NonsenseError
        found = self._either()
        if not self._take(")"):
            raise _NonsenseError
        return found

    def _peek(self) -> _Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _take(self, operator: str) -> bool:
        lexeme = self._peek()
        if lexeme is None or not lexeme.is_operator or lexeme.text != operator:
            return False
        self._at += 1
        return True

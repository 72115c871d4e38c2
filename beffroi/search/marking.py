"""Which words of a text are those looked for, to be marked where it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from beffroi.operations.identity import plain

_WORD = re.compile(r"[^\W_]+")
_A_STEM = 4
"""Letters that two forms of a word share at least."""
_AN_ENDING = 2
"""Letters that French endings change at most, in the shorter of two forms."""
_ALIKE = 80
"""From which likeness (0 to 100) a word is another with a slip."""
_EXCERPT = 160
"""Characters of a long text that are shown."""
_WORDS_BEFORE = 6
"""Words that are shown before the first mark."""


class Piece(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    marked: bool


def pieces(text: str, words: Sequence[str]) -> list[Piece]:
    """The text cut where marks begin and end; ``words`` are plain."""
    found: list[Piece] = []
    end = 0
    for start, stop in _marked(text, words):
        if start > end:
            found.append(Piece(text[end:start], marked=False))
        found.append(Piece(text[start:stop], marked=True))
        end = stop
    if end < len(text):
        found.append(Piece(text[end:], marked=False))
    return found


def _marked(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words are, or the code that they make together."""
    if (code := _code(text, "".join(words))) is not None:
        return [code]
    return [
        each.span()
        for each in _WORD.finditer(text)
        if any(_is_form_of(plain(each.group()), word) for word in words)
    ]


def _code(text: str, code: str) -> tuple[int, int] | None:
    """Where a code is, whatever spaces or dashes it is written with."""
    if not _has_figure(code):
        return None
    letters = [(letter, at) for at, written in enumerate(text) for letter in plain(written)]
    start = "".join(letter for letter, _at in letters).find(code)
    return None if start < 0 else (letters[start][1], letters[start + len(code) - 1][1] + 1)


def _has_figure(word: str) -> bool:
    return any(letter.isdecimal() for letter in word)


def _is_form_of(read: str, word: str) -> bool:
    """Whether a word that is read is the one looked for: begun, inflected, or misspelt."""
    if len(word) < _A_STEM or _has_figure(word):
        return read == word
    if word in read:
        return True
    shared = next(
        (rank for rank, pair in enumerate(zip(read, word, strict=False)) if pair[0] != pair[1]),
        min(len(read), len(word)),
    )
    stem = max(_A_STEM, min(len(read), len(word)) - _AN_ENDING)
    return shared >= stem or fuzz.ratio(read, word) >= _ALIKE


def excerpt(marked: Sequence[Piece]) -> list[Piece]:
    """A long text cut around its first mark."""
    if sum(len(piece.text) for piece in marked) <= _EXCERPT:
        return list(marked)
    first = next((rank for rank, piece in enumerate(marked) if piece.marked), 0)
    found: list[Piece] = []
    if first:
        before = " ".join(marked[first - 1].text.split(" ")[-_WORDS_BEFORE:])
        found.append(Piece(f"… {before}", marked=False))
    room = _EXCERPT
    for piece in marked[first:]:
        if len(piece.text) > room:
            found.append(Piece(piece.text[:room].rsplit(" ", 1)[0] + " …", marked=False))
            break
        found.append(piece)
        room -= len(piece.text)
    return found

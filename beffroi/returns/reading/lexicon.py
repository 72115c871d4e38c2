"""The words that headers, rows and sheets are made of, by what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import yaml

from beffroi.returns.reading.units import words

_FILE = Path(__file__).with_name("lexicon.yaml")
_INNER_CAPITAL = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-ZÀ-Ý])")
# Without their accents, « programmé » would be a programme, and « votés » ballots.
_PARTICIPLES = re.compile(r"\b(programm|vot)é(?!e)", re.IGNORECASE)


@cache
def lexicon() -> Mapping[str, re.Pattern[str]]:
    """One pattern a class of words, to be searched in a text in the form of :func:`said`."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: _pattern(terms) for name, terms in data.items()}


def _pattern(terms: str) -> re.Pattern[str]:
    # The longest first: « total general » rather than « total ».
    written = sorted({term.strip() for term in terms.split(",")}, key=len, reverse=True)
    joined = "|".join(
        re.escape(term).replace(r"\*", r"\w*").replace(r"\ ", " ") for term in written
    )
    return re.compile(rf"\b(?:{joined})\b")


@lru_cache(maxsize=50_000)
def said(text: str) -> str:
    """A header's words: ``nomBeneficiaire`` is two, ``kWh`` one; no case or accents."""
    accented = _PARTICIPLES.sub(r"\1ee", text)
    return words(_INNER_CAPITAL.sub(" ", accented) if not text.isupper() else accented)


@lru_cache(maxsize=50_000)
def at(name: str, text: str) -> int:
    """Where a text first has a word of a class, ``-1`` where it has none."""
    found = lexicon()[name].search(said(text))
    return found.start() if found else -1


@lru_cache(maxsize=50_000)
def place(name: str, text: str) -> tuple[int, int] | None:
    """Where a text first has a word of a class, and how long it is, the longer the less."""
    found = lexicon()[name].search(said(text))
    return (found.start(), found.start() - found.end()) if found else None


def has(name: str, text: str) -> bool:
    """Whether a text has a word of a class."""
    return at(name, text) >= 0


@lru_cache(maxsize=50_000)
def opens(name: str, text: str) -> bool:
    """Whether a text begins with a word of a class."""
    return lexicon()[name].match(said(text)) is not None


@lru_cache(maxsize=50_000)
def without(name: str, text: str) -> str:
    """A text's words, less those of a class."""
    return lexicon()[name].sub(" ", said(text))


@lru_cache(maxsize=50_000)
def is_only(name: str, text: str) -> bool:
    """Whether a text is a word of a class, and nothing more."""
    return lexicon()[name].fullmatch(said(text)) is not None


def is_english(texts: Iterable[str]) -> bool | None:
    """Whether headers are in English, or in another language; ``None`` where they do not tell."""
    said = list(texts)
    english = sum(1 for text in said if has("english", text))
    others = sum(1 for text in said if has("other_languages", text))
    if english == others:
        return None
    return english > others

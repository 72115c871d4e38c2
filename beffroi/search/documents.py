"""What is indexed of each table, word for word as migration 0001 indexes it, and how it is asked.

``{0}`` is the table's name in the query. Texts are compared by French stems without accents;
titles of operations and names of communes, which are kept plain, by parts of words too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from beffroi.search.asking import Asked

_FRENCH = "'public.beffroi_french'::regconfig"


def _vector(text: str) -> str:
    return f"to_tsvector({_FRENCH}, {text})"


def _spaced(text: str) -> str:
    return f"translate({text}, '-/.@_', '     ')"


OPERATION = _vector("{0}.sort_key || ' ' || " + _spaced("{0}.owner_name"))
OPERATION_CODE = "regexp_replace(lower({0}.code), '[^a-z0-9]', '', 'g')"
REFERENCE = _vector("{0}.title || ' ' || {0}.owner")
REFERENCE_CODE = "replace({0}.code, ' ', '')"
PLACE = "translate({0}.sort_key, '-''', '  ')"
NODE = _vector(_spaced("{0}.title"))
FACT = _vector(_spaced("{0}.label || ' ' || {0}.value"))
MILESTONE = _vector(_spaced("{0}.event || ' ' || {0}.date"))
BODY = _vector(_spaced("{0}.name || ' ' || {0}.role"))
AMOUNT = _vector(_spaced("{0}.label || ' ' || {0}.text"))
FILE = _vector(_spaced("{0}.name"))

NAME = "public.unaccent(lower(translate({0}, '-/.@_', '     ')))"
"""A name of a small table, compared as it is read: nothing is indexed."""

ALL_WORDS = f"to_tsquery({_FRENCH}, %(lexemes)s)"
LAST_BEGUN = f"to_tsquery({_FRENCH}, %(begun)s)"


def has_parts(column: str, parts: Sequence[str]) -> str:
    """The condition that a plain column holds every part; parts are letters and figures only."""
    return " AND ".join(f"{column} LIKE '%%{part}%%'" for part in parts) or "FALSE"


def close_to(column: str, asked: Asked) -> str:
    """The condition that a part of a plain column resembles the words: typos."""
    return f"word_similarity(%(key)s, {column}) >= 0.6" if asked.parts else "FALSE"


def rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()

"""What the label of a row says that it is: a total, a part, a statistic… or nothing of the kind."""

from __future__ import annotations

import re

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.workbook import CellValue

SUMS = frozenset({"total", "subtotal"})

_LONGEST_LABEL = 120
_SPACED_OUT = re.compile(r"\s*(?:\w\s){3,}\w\s*[:.]?\s*")
_SLASHED = re.compile(r"\s*s\s*/\s*t\b", re.IGNORECASE)
_SUM_AT_THE_END = re.compile(r"\b(?:sub ?total|sous total|total)s?$")
_PERCENT = re.compile(r"\s*(?:en )?%")
_TAX = re.compile(r"\s*(?:dont )?(?:tva|vat|mwst|iva)\b", re.IGNORECASE)


def label_kind(value: CellValue) -> str:
    """``subtotal``, ``total``, ``of_which``… when a label says so; else empty."""
    if not isinstance(value, str) or len(value) > _LONGEST_LABEL:
        return ""
    said = re.sub(r"\s", "", value) if _SPACED_OUT.fullmatch(value) else value
    if lexicon.opens("subtotal", said) or _SLASHED.match(said):
        return "subtotal"
    if lexicon.opens("total", said) or any(
        lexicon.is_only(name, said) for name in ("total_alone", "total_of_all")
    ):
        return "total"
    if lexicon.is_only("carried", said):
        return "carried"
    if lexicon.is_only("statistic", said) or lexicon.opens("reminder", said):
        return "statistic"
    if lexicon.opens("of_which", said):
        return "of_which"
    return ""


def ends_as_a_sum(value: CellValue) -> bool:
    """Whether a label ends as those of sums do in English: « Roads Subtotal »."""
    if not isinstance(value, str) or len(value) > _LONGEST_LABEL:
        return False
    return _SUM_AT_THE_END.search(lexicon.said(value)) is not None


def is_plainly_a_sum(value: CellValue) -> bool:
    """Whether a label is that of a sum and nothing else: « Total », « TOTAL GÉNÉRAL »."""
    if not isinstance(value, str):
        return False
    return bool(
        _SPACED_OUT.fullmatch(value)
        or _SLASHED.match(value)
        or lexicon.opens("subtotal", value)
        or lexicon.is_only("total", value)
        or (lexicon.is_only("total_alone", value) and not is_maybe_a_place(value))
        or lexicon.is_only("total_of_all", value)
    )


def is_maybe_a_place(value: CellValue) -> bool:
    """Whether a label that says a sum names a place too: « Somme »."""
    return isinstance(value, str) and lexicon.is_only("total_or_place", value)


def is_about_a_budget(value: CellValue) -> bool:
    """Whether a label under a total compares it: a budget voted, what remains of it."""
    return isinstance(value, str) and (
        lexicon.has("own_money", value) or lexicon.has("other_money", value)
    )


def is_about_a_sum(value: CellValue) -> bool:
    """Whether a label under a total comments it: a share, a tax, a mean."""
    if not isinstance(value, str):
        return False
    return bool(_PERCENT.match(value) or _TAX.match(value) or lexicon.opens("statistic", value))

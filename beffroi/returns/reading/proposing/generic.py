"""Columns headed « Montant » or « Total » alone: what the rest of the table says they are."""

from __future__ import annotations

from collections.abc import Sequence

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.proposing.column import Column
from beffroi.returns.reading.proposing.meaning import (
    AMOUNT,
    is_time,
    told_kind_of_money,
    year_of,
)

_PARTS = {AMOUNT + "granted", AMOUNT + "eu", AMOUNT + "requested"}
_CLEARLY_MORE = 1.2


def with_generic_kinds(columns: Sequence[Column], titles: Sequence[str]) -> list[Column]:
    """The columns, those of money whose header says no kind having that of the table."""
    kinds = {column.guess.meaning for column in columns if column.is_amount and _is_told(column)}
    labels = [label for column in columns if not column.is_amount for label in column.labels]
    said = _kind_by([*titles, *labels])
    return [
        column.means(
            AMOUNT + "cost"
            if _is_of_whole(column, columns) and AMOUNT + "cost" not in kinds
            else _kind_of(column, kinds, said),
            column.guess.sure,
            column.guess.doubt,
        )
        if column.is_amount and not _is_told(column)
        else column.means(AMOUNT + "cost", column.guess.sure, column.guess.doubt)
        if _is_planned(column) and _is_of_whole(column, columns) and AMOUNT + "cost" not in kinds
        else column
        for column in columns
    ]


def _is_planned(column: Column) -> bool:
    """Whether an amount is what something is planned to cost: « Budget prévisionnel »."""
    labels = column.labels
    return (
        column.guess.meaning == AMOUNT + "other"
        and lexicon.has("planned", column.leaf)
        and not any(lexicon.has("own_money", label) for label in labels)
        and year_of(labels) is None
        and not is_time(column.leaf)
    )


def _is_of_whole(column: Column, columns: Sequence[Column]) -> bool:
    """Whether an amount is that of the whole of which others, told to be granted, are a part."""
    is_planned = _is_planned(column)
    parts = [
        other.profile.median
        for other in columns
        if other.guess.meaning in _PARTS
        and (_is_told(other) or (is_planned and lexicon.has("funder_heads", other.leaf)))
    ]
    whole = column.profile.median
    return bool(parts) and all(whole > _CLEARLY_MORE * part for part in parts)


def _kind_of(column: Column, kinds: set[str], said: str) -> str:
    if lexicon.has("amount_weak", column.leaf) and kinds:
        if kinds == {AMOUNT + "eu"}:
            return AMOUNT + "cost"
        return next(iter(kinds)) if len(kinds) == 1 else AMOUNT + "other"
    return AMOUNT + said if said else column.guess.meaning


def _is_told(column: Column) -> bool:
    return bool(told_kind_of_money((column.leaf, *reversed(column.labels[:-1]))))


def _kind_by(texts: Sequence[str]) -> str:
    """What a list of payments or of contracts makes of its amounts; empty for other lists."""
    if any(told_kind_of_money([text]) == "granted" for text in texts):
        return ""
    if any(lexicon.has("contracts", text) for text in texts):
        return "other"
    if any(lexicon.has("income", text) and not lexicon.has("accounts", text) for text in texts):
        return ""
    return "paid" if any(lexicon.has("payments", text) for text in texts) else ""

"""What a column may be said to mean, on the page where a proposal is corrected.

One choice stands for what a proposal tells in several words: ``amount:committed`` is an amount at
the stage ``committed``, ``owner`` the field of a layout, ``other`` a column that is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beffroi.returns.layouting.words import MEANINGS
from beffroi.returns.reading.proposing import ProposedColumn, SheetCorrection

AMOUNT = "amount:"
IGNORED = "other"
NO_STAGE = "amount:"
"""An amount of which nobody said the stage: it is to be said before the layout is kept."""
UNREAD_AMOUNT = "amount:other"

AMOUNTS: Mapping[str, Promise] = {
    "amount:requested": _("montant demandé"),
    "amount:programmed": _("montant programmé"),
    "amount:committed": _("montant engagé"),
    "amount:paid": _("montant payé"),
    NO_STAGE: _("montant, stade à dire"),
    UNREAD_AMOUNT: _("autre montant, non repris"),
}
ASIDE: Mapping[str, Promise] = {
    "rate": _("taux, non repris"),
    IGNORED: _("ignorée"),
}
CHOICES: Mapping[str, Promise] = {**AMOUNTS, **MEANINGS, **ASIDE}

_SAY_THEIR_STAGE = frozenset({"requested", "paid"})
"""The amounts whose own word says the stage; for the others it is said apart."""
_NEITHER = frozenset({"cost", "other"})
"""Those that are at no stage unless their header says one."""
_WITHOUT_FIELD = {"beneficiary": "owner", "commune": "commune_name"}


def choice_of(column: ProposedColumn) -> str:
    """The choice that says what a column is taken for."""
    if not column.is_amount:
        choice = column.field or _WITHOUT_FIELD.get(column.meaning, column.meaning)
        return choice if choice in CHOICES else IGNORED
    if column.adds_up:
        return UNREAD_AMOUNT
    if column.stage:
        return AMOUNT + column.stage
    word = column.meaning.removeprefix(AMOUNT)
    if word in _NEITHER:
        return "cost" if word == "cost" else UNREAD_AMOUNT
    return AMOUNT + word if word in _SAY_THEIR_STAGE else NO_STAGE


def is_money(choice: str) -> bool:
    """Whether a column so chosen is somebody's money, at a stage said or to be said."""
    return choice in AMOUNTS and choice != UNREAD_AMOUNT


def tone_of(choice: str) -> str:
    """The family of a choice, which colours its column: ``money``, ``name``, ``place``…"""
    if is_money(choice) or choice == "cost":
        return "money"
    if choice in {"code", "title"}:
        return "name"
    if choice in {"objective", "axis", "scheme", "funder", "date"}:
        return "charge"
    return "place" if choice in MEANINGS else "aside"


def with_choice(correction: SheetCorrection, column: int, choice: str) -> SheetCorrection:
    """The correction that says so of a column, besides all it said."""
    stages = {at: stage for at, stage in correction.stages.items() if at != column}
    meaning = choice
    if choice == "cost" or choice in AMOUNTS:
        stage = choice.removeprefix(AMOUNT) if is_money(choice) else ""
        stages[column] = stage
        meaning = _amount_meaning(choice, stage)
    return replace(correction, meanings={**correction.meanings, column: meaning}, stages=stages)


def _amount_meaning(choice: str, stage: str) -> str:
    if choice == "cost":
        return "amount:cost"
    if choice == UNREAD_AMOUNT:
        return choice
    return AMOUNT + (stage if stage in _SAY_THEIR_STAGE else "granted")

"""What may be added: amounts that bear the same label, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.core.exceptions import BadRequest

from beffroi.ledger.positions import SILENT, Value

EURO = "EUR"

_DIFFERENCES = {
    "stage": "des stades différents",
    "nature": "des natures de crédit différentes",
    "tax_basis": "des assiettes fiscales différentes",
    "currency": "des monnaies différentes",
    "fictitious": "du réel et du fictif",
}


class UnlikeAmounts(BadRequest):
    """Amounts that mean different things were to be added: one sentence says which. A page that
    lets it pass answers 400 with that sentence."""


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """What an amount is an amount of. ``tax_basis`` is ``""`` where nobody says it."""

    stage: str
    nature: str
    tax_basis: str
    fictitious: bool
    currency: str = EURO


@dataclass(frozen=True, slots=True)
class Amount:
    """A value with its label; it adds to its like only."""

    label: Label
    value: Value

    def __add__(self, other: Amount) -> Amount:
        refuse_unlike([self.label, other.label])
        return Amount(self.label, self.value + other.value)


def total(amounts: Iterable[Amount]) -> Amount | None:
    """The sum of amounts alike, ``None`` of none. Raises :class:`UnlikeAmounts`."""
    kept = list(amounts)
    refuse_unlike(amount.label for amount in kept)
    if not kept:
        return None
    return Amount(kept[0].label, sum((amount.value for amount in kept), SILENT))


def refuse_unlike(labels: Iterable[Label]) -> None:
    """Raise :class:`UnlikeAmounts` where labels differ, naming every difference."""
    distinct = set(labels)
    differences = [
        _DIFFERENCES[field.name]
        for field in fields(Label)
        if len({getattr(label, field.name) for label in distinct}) > 1
    ]
    if differences:
        raise UnlikeAmounts(
            f"Ces montants ne s'ajoutent pas : ils mêlent {' et '.join(differences)}. "
            "Demandez-les séparément."
        )

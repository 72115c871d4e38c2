"""Who signs and who speaks: decided here once."""

from __future__ import annotations

from collections.abc import Iterable

from beffroi.contracts.abilities import Rights
from beffroi.partners.models import Organisation


def signs_for(rights: Rights, leading: Iterable[Organisation]) -> list[Organisation]:
    """The co-leading partners for which somebody may validate figures: those of which they run the
    contract."""
    return [each for each in leading if each.pk in rights.manages_for]


def speaks_for(rights: Rights) -> frozenset[int]:
    """The partners for which somebody may agree on a figure: those they contribute for, or run the
    contract for. The contract's team as such speaks for none."""
    managed = {organisation for organisation in rights.manages_for if organisation is not None}
    return rights.contributes_for | managed

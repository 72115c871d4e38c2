"""All that is remarked in a workbook: its findings, the rows set aside, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beffroi.returns.reading import Finding, NotData

SET_ASIDE: Mapping[str, str | Promise] = {
    "subtotal": _("sous-total"),
    "total": _("total"),
    "note": _("note"),
    "header": _("en-tête répété"),
    "heading": _("titre d'un groupe"),
    "duplicate": _("répète une autre ligne : compte une fois"),
    "unlabelled": _("montants sans code ni intitulé"),
    "blank": _("vide"),
}
"""Why a row is no line."""


def findings_in(kept: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The findings that a return or a delivery keeps."""
    names = ("where", "kind", "severity", "shown", "message")
    return [Finding(*(str(each.get(name, "")) for name in names)) for each in kept]


def set_aside(kept: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The rows set aside that a return or a delivery keeps, by reason; blank ones left out."""
    found: dict[str, list[str]] = {}
    for each in kept:
        row = NotData(str(each["where"]), str(each["what"]))
        if row.what != "blank":
            found.setdefault(row.what, []).append(row.where)
    return found


def why_set_aside(what: str) -> str:
    """Why rows are no lines, in words."""
    return str(SET_ASIDE.get(what, what))


def place_of(where: str) -> tuple[str, str]:
    """The sheet and the place of an address: ``("Sheet", "H12")``, ``("", "12")``."""
    sheet, _bang, place = where.rpartition("!")
    return sheet, place


def cell_of(where: str) -> tuple[str, str]:
    """The sheet and a cell of an address: a row's first one."""
    sheet, place = place_of(where)
    return sheet, place if place[:1].isalpha() else f"A{place}"


def shortened(places: Sequence[str], most: int) -> tuple[Sequence[str], int]:
    """The first of some places, and how many more there are."""
    return places[:most], max(len(places) - most, 0)

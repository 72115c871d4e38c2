"""The table of the same figures as a map."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page
from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.spreading import Share, Spread, Unplaced
from beffroi.territories.areas import Area
from beffroi.territories.finding import Kind
from beffroi.ui.columns import Cell, Column, Row, Sorting, Table, Value
from beffroi.ui.figures import Unit, money, rounded, unread
from beffroi.ui.maps import labelled
from beffroi.workspace.figure_labels import BASIS, EXTENT, UNKNOWN_BASIS
from beffroi.workspace.map_asked import Asked
from beffroi.workspace.money_asked import AXIS
from beffroi.workspace.territories import address_of
from beffroi.workspace.territory_asked import TERRITORY, extent


def level_label(level: Kind) -> str:
    """What an area of a level is called, within a sentence."""
    return {
        Kind.COMMUNE: _("commune"),
        Kind.EPCI: _("EPCI"),
        Kind.DEPARTMENT: _("département"),
    }[level]


def number_of(level: Kind) -> str:
    """What is counted beside each class of a map."""
    return {
        Kind.COMMUNE: _("nombre de communes"),
        Kind.EPCI: _("nombre d'EPCI"),
        Kind.DEPARTMENT: _("nombre de départements"),
    }[level]


def map_columns(level: Kind, stage: Stage) -> list[Column]:
    """What the table says of each area."""
    name = {Kind.COMMUNE: _("Commune"), Kind.EPCI: _("EPCI"), Kind.DEPARTMENT: _("Département")}
    return [
        Column("name", name[level], sortable=True),
        Column("operations", _("Opérations"), "count", sortable=True),
        Column("amount", stage.label, "amount", sortable=True),
        Column("people", _("Population"), "count", sortable=True),
        Column("each", _("par habitant"), "amount", unit=Unit.EURO, sortable=True),
    ]


def map_table(
    page: Page,
    asked: Asked,
    places: Sequence[Area],
    found: Spread,
    columns: Sequence[Column],
    sorting: Sorting,
    unit: Unit,
    *,
    table_id: str,
) -> Table:
    """The areas of which something is said, then what lies in none of them, then all of it."""
    link = _FigureLink(page, asked)
    known = {each.code: each for each in places}
    rows = [_row(page, known[code], share, link) for code, share in _ordered(found, known)]
    return Table(
        caption=_("Les mêmes chiffres, par %(level)s") % {"level": level_label(asked.level)},
        columns=columns,
        rows=sorting.apply(rows),
        totals=_closing(found, asked.level, link),
        empty=_(
            "Aucune opération ne se tient dans un territoire de cette échelle : changez d'échelle, "
            "de stade, de filtres ou de dates."
        ),
        unit=unit,
        id=table_id,
        sorting=sorting,
        fictitious=page.contract.fictitious,
        notes=[
            _(
                "Une opération compte dans le territoire qui la contient tout entière ; rien n'est "
                "partagé entre plusieurs. Une échelle plus large en contient davantage."
            )
        ],
    )


def counted_table(page: Page, asked: Asked, found: Spread, unit: Unit) -> Table:
    """What of the contract's money is on the map, what is not and why."""
    rows = _closing(found, asked.level, _FigureLink(page, asked))
    return Table(
        caption=_("Ce que la carte compte"),
        columns=[
            Column("name", _("Argent du contrat")),
            Column("operations", _("Opérations"), "count"),
            Column("amount", asked.stage.label, "amount"),
        ],
        rows=rows[:-1],
        totals=rows[-1:],
        unit=unit,
        id="compte",
        fictitious=page.contract.fictitious,
        empty=_("Personne ne déclare rien à ce stade à ces dates."),
    )


def counted_said(counted: Table) -> str:
    """What that table says, in one sentence."""
    told = []
    for row in [*counted.rows, *counted.totals]:
        cell = row.cell("amount")
        cents = cell.value if isinstance(cell.value, int) else None
        missing = f" ({unread(cell.unread)})" if cell.unread else ""
        told.append(labelled(str(row.cell("name").value), money(cents)) + missing)
    return " ; ".join(told)


class _FigureLink:
    """Where the statements behind a figure of the map are."""

    def __init__(self, page: Page, asked: Asked) -> None:
        self._page = page
        self._address = reverse("workspace:figure", args=[page.contract.slug])
        self._labels = {
            "stage": asked.money.stage,
            "nature": asked.money.nature,
            "funder": asked.money.funder,
            "axis": asked.said[AXIS],
            BASIS: asked.money.tax_basis or UNKNOWN_BASIS,
        }

    def cell(self, share: Share, **where: str) -> Cell:
        """The amount of a share, leading to its statements."""
        href = self._address + self._page.situation.link(**self._labels, **where)
        return Cell(share.value.cents, href=href, unread=share.value.unread)


def _ordered(found: Spread, known: dict[str, Area]) -> list[tuple[str, Share]]:
    """The shares, largest first, then by name."""
    return sorted(found.areas.items(), key=lambda item: (-item[1].value.cents, known[item[0]].name))


def _row(page: Page, area: Area, share: Share, link: _FigureLink) -> Row:
    people = area.population
    return Row(
        {
            "name": Cell(
                area.name, note=area.code, href=address_of(area.code) + page.situation.link()
            ),
            "operations": share.operations,
            "amount": link.cell(share, **{TERRITORY: area.code}),
            "people": people,
            "each": rounded(share.value.cents, people) if people else None,
        }
    )


def _closing(found: Spread, level: Kind, link: _FigureLink) -> list[Row]:
    """What is placed, what is not and why, and all of it; nothing where nobody says anything."""
    total = found.total
    if not total.value.said:
        return []
    reasons = {
        Unplaced.SEVERAL: _("Opérations sur plusieurs territoires de cette échelle"),
        Unplaced.NOWHERE: _("Opérations non localisées"),
        Unplaced.WITHOUT: _("Montants sans opération"),
    }
    placed = sum(found.areas.values(), Share())
    rows = [
        Row(
            {
                "name": _("Sur la carte"),
                "operations": placed.operations,
                "amount": Cell(placed.value.cents, unread=placed.value.unread),
            },
            kind="part",
        )
    ]
    for reason, label in reasons.items():
        share = found.unplaced.get(reason)
        if share is None:
            continue
        cells: dict[str, Cell | Value] = {
            "name": label,
            "operations": share.operations,
            "amount": link.cell(share, **{EXTENT: extent(level, reason)}),
        }
        rows.append(Row(cells))
    whole: dict[str, Cell | Value] = {
        "name": _("Ensemble"),
        "operations": total.operations,
        "amount": link.cell(total),
    }
    return [*rows, Row(whole, kind="total")]

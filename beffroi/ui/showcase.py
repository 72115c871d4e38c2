"""What the living page of components shows: every component in each of its states.

The figures are invented and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.ui.charts.declaring import Chart, Form
from beffroi.ui.columns import Cell, Column, Rate, Row, Sorting, Table
from beffroi.ui.components import Elapsed, Fact, Link, Progress, Source, unit_choices
from beffroi.ui.figures import Unit, unit_from
from beffroi.ui.statuses import STATUSES


class FilterForm(forms.Form):
    """A filter: sent by GET, so that its answer has an address."""

    au = forms.DateField(
        label=gettext_lazy("Situation au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    funder = forms.ChoiceField(
        label=gettext_lazy("Financeur"),
        required=False,
        choices=[("", gettext_lazy("Tous")), ("etat", gettext_lazy("État"))],
    )


class WrongForm(forms.Form):
    """A form sent with mistakes."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"), help_text=gettext_lazy("Celle du service.")
    )


def figures_table(unit: Unit) -> Table:
    """A tree of amounts by stage, with all that a figure may carry."""
    stages, state = _("Toutes parts"), _("Part de l'État")
    columns = [
        Column("heading", _("Axe et objectif")),
        Column("contracted", _("Inscrit"), "amount", group=stages, total=True),
        Column("programmed", _("Programmé"), "amount", group=stages, total=True),
        Column("committed", _("Engagé"), "amount", group=stages, total=True),
        Column("rate", _("Taux d'engagement"), "rate", group=stages, hint=_("engagé / inscrit")),
        Column("paid", _("Payé"), "amount", group=state, total=True),
        Column("operations", _("Opérations"), "count", group=state, total=True),
        Column("on", _("Arrêté au"), "date"),
    ]
    rows = [
        _line(_("1. Transition écologique"), 1_234_567_890_12, 987_654_321_00, "part"),
        _line(_("1.1 Rénovation énergétique"), 834_567_890_12, 587_654_321_00, level=1),
        _line(_("1.2 Biodiversité et eau"), 400_000_000_00, 400_000_000_00, level=1),
        Row(
            {
                "heading": _("2. Mobilités"),
                "contracted": 0,
                "programmed": Cell(12_50, unread=3, status="unconfirmed"),
                "committed": Cell(-1_250_000_00, status="contradicted"),
                "rate": Rate(-1_250_000_00, 0),
                "paid": Cell(None, unread=1),
                "on": date(2024, 6, 30),
            },
            kind="part",
        ),
        Row({"heading": _("Hors contrat, pour mémoire"), "contracted": 5_000_00}, kind="muted"),
    ]
    return Table(
        _("Avancement par axe"),
        columns,
        rows,
        unit=unit,
        id="avancement",
        fictitious=True,
        notes=[_("Arrondi au plus proche ; le montant au centime est au survol.")],
    ).with_total()


def _line(label: str, contracted: int, committed: int, kind: Any = "", level: int = 0) -> Row:
    return Row(
        {
            "heading": Cell(label, href="#avancement"),
            "contracted": Cell(contracted, href="#avancement"),
            "programmed": contracted - 12_345_67,
            "committed": committed,
            "rate": Rate(committed, contracted),
            "paid": committed // 3,
            "operations": committed % 97 + 3,
            "on": date(2024, 12, 31),
        },
        level=level,
        kind=kind,
    )


def sorted_table(parameters: Mapping[str, Any]) -> Table:
    """A flat list, sorted as the address says."""
    columns = [
        Column("title", _("Opération"), sortable=True),
        Column("code", _("Code"), sortable=True),
        Column("status", _("État"), "status"),
        Column("cost", _("Coût total"), "amount", unit=Unit.EURO, sortable=True),
        Column("on", _("Début"), "date", sortable=True),
    ]
    sorting = Sorting.asked(parameters, columns)
    rows = [
        Row(
            {
                "title": Cell(_("Halle de la gare"), note=_("Ligne sans contrepartie")),
                "code": "OP-0042",
                "status": "done",
                "cost": 2_345_678_90,
                "on": date(2022, 3, 14),
            }
        ),
        Row(
            {
                "title": _("Écluse du canal"),
                "code": "OP-0007",
                "status": "late",
                "cost": None,
                "on": date(2023, 9, 1),
            }
        ),
        Row(
            {
                "title": _("Voie verte des étangs"),
                "code": "OP-0113",
                "status": "planned",
                "cost": 0,
            }
        ),
    ]
    return Table(
        _("Opérations"),
        columns,
        sorting.apply(rows),
        id="operations",
        sorting=sorting,
        fictitious=True,
    )


def charts() -> list[Chart]:
    """The five forms, with what is silent, negative and unread."""
    stages = [
        Column("contracted", _("Inscrit"), "amount"),
        Column("programmed", _("Programmé"), "amount"),
        Column("committed", _("Engagé"), "amount"),
        Column("paid", _("Payé"), "amount"),
    ]
    axes = [
        _shares(_("1. Transition écologique"), 120, 97, Cell(61_000_000_00, unread=3), 30),
        _shares(_("2. Mobilités"), 80, 22, -4, None),
        _shares(_("3. Recherche, innovation et enseignement supérieur"), 45, 44, 40, 0),
    ]
    days = [date(2022, 6, 30), date(2023, 6, 30), date(2023, 12, 31), date(2024, 12, 31)]
    dated = [_shares(day, 245, 60 * n, 38 * n, 13 * n) for n, day in enumerate(days, 1)]
    moves = [Column("moved", _("Programmé"), "amount")]
    steps = [
        Row({"name": _("Au 30/06/2023"), "moved": 120_000_000_00}, kind="total"),
        Row({"name": _("1. Transition écologique"), "moved": 62_000_000_00}),
        Row({"name": _("2. Mobilités"), "moved": -19_000_000_00}),
        Row({"name": _("Au 31/12/2024"), "moved": 163_000_000_00}, kind="total"),
    ]
    whole = [Column("state", _("État"), "amount"), Column("region", _("Région"), "amount")]
    shares = [
        Row(
            {"name": _("1. Transition écologique"), "state": 40_000_000_00, "region": 57_000_000_00}
        ),
        Row({"name": _("2. Mobilités"), "state": None, "region": 22_000_000_00}),
    ]
    return [
        _chart(Form.BARS, _("Par axe et stade"), stages, axes),
        _chart(Form.STACKED, _("Qui finance chaque axe"), whole, shares),
        _chart(Form.LINE, _("Au fil des situations"), stages, dated),
        _chart(Form.WATERFALL, _("Ce qui a changé"), moves, steps),
        _chart(Form.MULTIPLES, _("Chaque axe à la même échelle"), stages, axes),
    ]


def _shares(name: Any, *millions: int | Cell | None) -> Row:
    keys = ("contracted", "programmed", "committed", "paid")
    cells: dict[str, Any] = {
        key: each * 100_000_000 if isinstance(each, int) else each
        for key, each in zip(keys, millions, strict=True)
    }
    return Row({"name": name, **cells})


def _chart(form: Form, caption: str, columns: list[Column], rows: list[Row]) -> Chart:
    table = Table(
        caption,
        [Column("name", _("Ligne")), *columns],
        rows,
        unit=Unit.MILLION,
        id=f"forme-{form.value}",
        fictitious=True,
    )
    return Chart(form, table, _("Des chiffres inventés, pour montrer la forme."))


def context(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page shows."""
    unit = unit_from(parameters.get("unite"))
    source = Source(
        _("Contrat de plan, annexe financière"), "#faits", date(2022, 2, 25), _("page 12")
    )
    rate = Rate(45_300_000_00, 100_000_000_00)
    wrong = WrongForm({"email": "beffroi"})
    return {
        "trail": [Link(_("Contrats"), "#"), Link(_("Un contrat"), "#"), Link(_("Composants"))],
        "tabs": [
            Link(_("Vue d'ensemble"), "#"),
            Link(_("Maquette"), "#", current=True),
            Link(_("Opérations"), "#", count=1234),
        ],
        "units": unit_choices(unit, ""),
        "figures": figures_table(unit),
        "operations": sorted_table(parameters),
        "charts": charts(),
        "nothing": Table(
            _("Remontées"),
            [Column("partner", _("Partenaire"))],
            [],
            empty=_("Aucune remontée : importez le premier classeur d'un partenaire."),
        ),
        "statuses": list(STATUSES),
        "facts": [
            Fact(_("Période"), "2021-2027", "published", source),
            Fact(_("Montant total"), _("2,9 Md€"), "contradicted", note=_("2,8 selon l'État")),
            Fact(_("Avenant de mi-parcours"), "", "unknown"),
            Fact(_("Pilotes"), _("État et Région"), href="#faits"),
        ],
        "source": source,
        "elapsed": Elapsed(date(2021, 1, 1), date(2027, 12, 31), date(2024, 12, 31)),
        "bars": [
            Progress(_("Programmé"), Rate(72_000_000_00, 100_000_000_00)),
            Progress(_("Engagé"), rate, unread=3),
            Progress(_("Payé"), Rate(12_000_000_00, None)),
        ],
        "filters": FilterForm({"au": "2024-12-31"}),
        "wrong": wrong,
        "page": Paginator(range(523), 50).get_page(parameters.get("page", 2)),
        "amounts": [123_456_789_01, 12_50, 0, None, -1_250_000_00],
        "known": [("", _("maintenant")), ("12", _("remontée n° 12 du 15/01/2025"))],
        "au": date(2024, 12, 31),
    }

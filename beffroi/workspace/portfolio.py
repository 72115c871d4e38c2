"""The contracts somebody may see."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import abilities_by_contract, may_create_contracts
from beffroi.contracts.models import Contract
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import day

KINDS = {
    "cper": gettext_lazy("Contrat de plan État-Région"),
    "territorial_pact": gettext_lazy("Pacte territorial"),
    "metropolitan_partnership": gettext_lazy("Contrat de partenariat métropolitain"),
    "framework_agreement": gettext_lazy("Accord-cadre"),
    "neighbour": gettext_lazy("Contrat voisin"),
    "other": gettext_lazy("Autre contrat"),
}


def portfolio_table(user: Any) -> tuple[Table, Table]:
    """Real contracts, and fictitious ones, as two tables that never meet."""
    seen = abilities_by_contract(user)
    newest_first = F("start").desc(nulls_last=True)
    contracts = list(
        Contract.objects.filter(pk__in=seen)
        .order_by(newest_first, "name")
        .prefetch_related("participations")
    )
    return (
        _table(
            _("Contrats"),
            [c for c in contracts if not c.fictitious],
            fictitious=False,
            empty=_first_thing(user),
        ),
        _table(_("Démonstration"), [c for c in contracts if c.fictitious], fictitious=True),
    )


def period(contract: Contract) -> str:
    """The period as it is known: whole days only where days are known."""
    if contract.period_text:
        return contract.period_text
    if contract.start is None and contract.end is None:
        return ""
    return f"{day(contract.start)} – {day(contract.end)}"


def _first_thing(user: Any) -> str:
    """What somebody to whom no contract is open does first."""
    if may_create_contracts(user):
        return _("Aucun contrat ne vous est ouvert, créez le premier : un nom suffit.")
    return _("Aucun contrat ne vous est ouvert : demandez-le à l'équipe qui le pilote.")


def _table(caption: str, contracts: list[Contract], *, fictitious: bool, empty: str = "") -> Table:
    rows = [
        Row(
            {
                "name": Cell(
                    contract.name, href=reverse("workspace:contract", args=[contract.slug])
                ),
                "kind": KINDS.get(contract.kind, contract.kind),
                "period": period(contract),
                "parties": _signatories(contract) or None,
                "maquette": Cell(
                    _("Maquette"), href=reverse("workspace:maquette", args=[contract.slug])
                ),
            }
        )
        for contract in contracts
    ]
    return Table(
        caption=caption,
        columns=[
            Column("name", _("Contrat")),
            Column("kind", _("Genre")),
            Column("period", _("Période")),
            Column("parties", _("Signataires"), "count"),
            Column("maquette", _("Chiffres")),
        ],
        rows=rows,
        id="fictifs" if fictitious else "reels",
        fictitious=fictitious,
        empty=empty,
    )


def _signatories(contract: Contract) -> int:
    return sum(party.role == "signatory" for party in contract.participations.all())

"""The financial framework of a contract as of a date: tree × funder × stage, with rates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import TreeNode, tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.adding import Label, refuse_unlike
from beffroi.ledger.claims import UnconfirmedClaims
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import UNPLACED, Scope, balances
from beffroi.ui.columns import Cell, Column, Rate, Row, Table
from beffroi.ui.figures import Unit

STAGES = (Stage.CONTRACTED, Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
RATES = {
    # Each rate says what it is made of: numerator, denominator.
    "programming": (Stage.PROGRAMMED, Stage.CONTRACTED),
    "commitment": (Stage.COMMITTED, Stage.CONTRACTED),
    "payment": (Stage.PAID, Stage.CONTRACTED),
}

Link = Callable[[Mapping[str, str]], str]
"""The address of a figure, from its labels."""


@dataclass(frozen=True, slots=True)
class Position:
    """What one funder stands at on one node, at one stage."""

    node_id: int | None
    funder: str
    stage: str
    value: Value


@dataclass
class Maquette:
    """The funders' own figures of a contract at (au, connu), of one nature of credit.

    Natures never share a rate: each has a framework of its own.
    """

    nodes: list[TreeNode]
    positions: list[Position]
    natures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ancestors = {node.id: list(self._lineage(node)) for node in self.nodes}

    def total(
        self, stage: str, *, node: int | str | None = "all", funder: str | None = None
    ) -> Value | None:
        """A total by stage: of a node with all beneath it, of ``None`` (unplaced), or of all.

        ``None`` when nobody says anything.
        """
        found = [
            position.value
            for position in self.positions
            if position.stage == stage
            and (funder is None or position.funder == funder)
            and (node == "all" or self._is_under(position.node_id, node))
        ]
        return sum(found, SILENT) if found else None

    def funders(self) -> set[str]:
        """The slugs of those who say something."""
        return {position.funder for position in self.positions}

    def speaks(self, funder: str) -> bool:
        """Whether a funder has declared anything beyond what it contracts."""
        return any(p.funder == funder and p.stage != Stage.CONTRACTED for p in self.positions)

    @property
    def has_unplaced(self) -> bool:
        """Whether some money is charged to an objective that is not in the tree."""
        return any(position.node_id is None for position in self.positions)

    def _is_under(self, node_id: int | None, ancestor: int | str | None) -> bool:
        if node_id is None or ancestor is None:
            return node_id is ancestor
        return ancestor in self._ancestors.get(node_id, ())

    def _lineage(self, node: TreeNode) -> Iterable[int]:
        by_id = {known.id: known for known in self.nodes}
        current: TreeNode | None = node
        while current is not None:
            yield current.id
            current = by_id.get(current.parent_id) if current.parent_id else None


def maquette(contract: Contract, au: datetime.date, connu: int, nature: str) -> Maquette:
    """The framework of a contract as of a date and knowledge, for one nature of credit.

    Raises :class:`beffroi.ledger.adding.UnlikeAmounts` where tax bases would be added.
    """
    rows = list(balances(Scope(contract), au, connu))
    refuse_unlike(
        Label("", nature, heading.tax_basis, contract.fictitious)
        for heading, _ in rows
        if heading.nature == nature
    )
    nodes = tree(contract, au, connu)
    placed = {node.id for node in nodes}
    return Maquette(
        nodes=nodes,
        positions=[
            Position(
                heading.node_id if heading.node_id in placed else None,
                heading.funder,
                heading.stage,
                value,
            )
            for heading, value in rows
            if heading.nature == nature
        ],
        natures=sorted({heading.nature for heading, _ in rows} | {Nature.CONTRACTUAL.value}),
    )


def by_tree(
    found: Maquette, link: Link, *, funder: str | None, unit: Unit, fictitious: bool
) -> Table:
    """Axes and objectives by stage, with the rates of one funder or of all."""
    rows = [
        _row(found, link, f"{node.code} {node.title}".strip(), node.id, node.depth, funder, node)
        for node in found.nodes
    ]
    if found.has_unplaced:
        label = _("? Objectif inconnu du contrat")
        rows.append(_row(found, link, label, None, 0, funder, None))
    total = _row(found, link, _("Ensemble du contrat"), "all", 0, funder, None, kind="total")
    return Table(
        caption=_("Par axe et objectif"),
        columns=_stage_columns(_("Axe ou objectif")),
        rows=rows,
        totals=[total],
        unit=unit,
        id="par-axe",
        fictitious=fictitious,
        notes=_rate_notes(),
    )


def by_funder(
    found: Maquette, link: Link, names: Mapping[str, str], *, unit: Unit, fictitious: bool
) -> Table:
    """Funders by stage, with their rates."""
    rows = []
    for slug, name in names.items():
        cells: dict[str, Cell | str | Rate | None] = {"name": name}
        _fill(cells, found, link, {"funder": slug}, funder=slug)
        rows.append(Row(cells))
    cells = {"name": _("Ensemble des financeurs")}
    _fill(cells, found, link, {})
    return Table(
        caption=_("Par financeur"),
        columns=_stage_columns(_("Financeur")),
        rows=rows,
        totals=[Row(cells, kind="total")],
        unit=unit,
        id="par-financeur",
        fictitious=fictitious,
    )


def by_axis_and_funder(
    found: Maquette,
    link: Link,
    names: Mapping[str, str],
    *,
    stage: Stage,
    unit: Unit,
    fictitious: bool,
) -> Table:
    """Axes by funder, at one stage."""
    whole: tuple[str, str, int | str | None] = ("", _("Ensemble du contrat"), "all")
    rows = []
    for axis, label, node in [*axes(found), whole]:
        cells: dict[str, Cell | str | Rate | None] = {"name": label}
        for slug in [None, *names]:
            labels = {"axis": axis, "funder": slug or "", "stage": stage.value}
            value = found.total(stage, node=node, funder=slug)
            cells[slug or "all"] = amount_cell(value, link(_given(labels)))
        rows.append(Row(cells, kind="" if axis else "total"))
    return Table(
        caption=_("Par axe et financeur : %(stage)s") % {"stage": stage.label},
        columns=[
            Column("name", _("Axe")),
            Column("all", _("Ensemble"), "amount"),
            *(Column(slug, name, "amount") for slug, name in names.items()),
        ],
        rows=rows[:-1],
        totals=rows[-1:],
        unit=unit,
        id="par-axe-et-financeur",
        fictitious=fictitious,
    )


def unconfirmed(claims: Sequence[UnconfirmedClaims], *, unit: Unit, fictitious: bool) -> Table:
    """What partners say of the money of funders who say nothing of the same operations."""
    return Table(
        caption=_("Non confirmé : dit par un autre que le financeur, hors des totaux"),
        columns=[
            Column("source", _("Déclaré par")),
            Column("funder", _("Argent de")),
            Column("stage", _("Stade")),
            Column("operations", _("Opérations"), "count"),
            Column("amount", _("Montant"), "amount"),
        ],
        rows=[
            Row(
                {
                    "source": claim.source_name,
                    "funder": claim.funder_name,
                    "stage": Stage(claim.stage).label,
                    "operations": claim.operations,
                    "amount": Cell(claim.cents, unread=claim.unread),
                }
            )
            for claim in claims
        ],
        unit=unit,
        id="non-confirme",
        fictitious=fictitious,
        notes=[
            _(
                "Une opération que deux partenaires nomment autrement n'est pas encore reconnue "
                "comme une seule : le financeur peut en parler ailleurs."
            )
        ],
    )


def changes(
    before: Maquette, after: Maquette, *, unit: Unit, fictitious: bool, caption: str
) -> Table:
    """What changed from one situation to another, by axis and stage."""
    whole: tuple[str, str, int | str | None] = ("", _("Ensemble du contrat"), "all")
    rows = []
    for _code, label, node in [*axes(after, before), whole]:
        cells: dict[str, Cell | str | Rate | None] = {"name": label}
        moves = {stage.value: moved(before, after, stage, node) for stage in STAGES}
        cells |= {stage: cell for stage, cell in moves.items() if cell.value is not None}
        rows.append(Row(cells))
    return Table(
        caption=caption,
        columns=[
            Column("name", _("Axe")),
            *(Column(stage.value, stage.label, "amount") for stage in STAGES),
        ],
        rows=rows[:-1],
        totals=[Row(rows[-1].cells, kind="total")],
        unit=unit,
        id="changements",
        fictitious=fictitious,
    )


def axes(
    found: Maquette, beside: Maquette | None = None
) -> list[tuple[str, str, int | str | None]]:
    """The axes of the tree, then what is charged to an objective that nobody knows, there or in the
    framework ``beside``: what each is called in addresses and on screen, and its node."""
    known: list[tuple[str, str, int | str | None]] = [
        (node.axis, f"{node.code} {node.title}".strip(), node.id)
        for node in found.nodes
        if node.depth == 0
    ]
    if found.has_unplaced or (beside is not None and beside.has_unplaced):
        known.append((UNPLACED, _("? Objectif inconnu du contrat"), None))
    return known


def moved(before: Maquette, after: Maquette, stage: Stage, node: int | str | None) -> Cell:
    """What one stage of a node gained or lost; silent where nobody says anything of it."""
    old, new = before.total(stage, node=node), after.total(stage, node=node)
    if old is None and new is None:
        return Cell()
    gained = (new or SILENT).minus(old or SILENT)
    return Cell(gained.cents, unread=max(gained.unread, 0))


def _row(
    found: Maquette,
    link: Link,
    label: str,
    node_id: int | str | None,
    depth: int,
    funder: str | None,
    node: TreeNode | None,
    kind: str = "",
) -> Row:
    cells: dict[str, Cell | str | Rate | None] = {"name": label}
    labels = _labels_of(node_id, node)
    if funder:
        labels["funder"] = funder
    _fill(cells, found, link, labels, node=node_id, funder=funder)
    return Row(cells, level=depth, kind="total" if kind == "total" else "")


def _labels_of(node_id: int | str | None, node: TreeNode | None) -> dict[str, str]:
    if node is None:
        return {} if node_id == "all" else {"axis": UNPLACED}
    if node.code and node.depth < 2:
        return {"axis" if node.depth == 0 else "objective": node.code}
    return {"node": str(node.id)}  # deeper, or without a code: with all that stands beneath


def _fill(
    cells: dict[str, Cell | str | Rate | None],
    found: Maquette,
    link: Link,
    labels: Mapping[str, str],
    *,
    node: int | str | None = "all",
    funder: str | None = None,
) -> None:
    """The amounts of each stage, and the rates they make."""
    totals = {stage: found.total(stage, node=node, funder=funder) for stage in STAGES}
    for stage, value in totals.items():
        cells[stage.value] = amount_cell(value, link({**labels, "stage": stage.value}))
    for name, (numerator, denominator) in RATES.items():
        above, below = totals[numerator], totals[denominator]
        cells[name] = Rate(above.cents if above else None, below.cents if below else None)


def amount_cell(value: Value | None, href: str = "") -> Cell:
    """A figure, with what could not be read beneath it; silent where nobody says anything."""
    return Cell() if value is None else Cell(value.cents, href=href, unread=value.unread)


def _given(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: label for name, label in labels.items() if label}


def _stage_columns(first: str) -> Sequence[Column]:
    amounts, rates = _("Montants"), _("Taux, sur l'inscrit")
    return [
        Column("name", first),
        *(Column(stage.value, stage.label, "amount", group=amounts) for stage in STAGES),
        Column("programming", _("programmé ÷ inscrit"), "rate", group=rates),
        Column("commitment", _("engagé ÷ inscrit"), "rate", group=rates),
        Column("payment", _("payé ÷ inscrit"), "rate", group=rates),
    ]


def _rate_notes() -> list[str]:
    return [
        _(
            "Chaque financeur parle de son propre argent ; ce qu'un partenaire dit de l'argent "
            "d'un autre n'est pas compté. « — » : personne ne l'a dit. « 0 » : quelqu'un l'a dit."
        )
    ]

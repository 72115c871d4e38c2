"""What a posted return says, from the cells its figures were read in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from beffroi.contracts.tree import tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.returns.models import Return
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit

_CELLS = """
FROM ledger_statement s
JOIN ledger_key k ON k.id = s.key_id
JOIN ledger_heading h ON h.id = k.heading_id
JOIN partners_organisation f ON f.id = h.funder_id
JOIN ledger_evidence e ON e.statement_id = s.id
WHERE s.posting_id = %(posting)s AND s.kind = 'said' AND e.file_id = %(file)s
"""
"""The cells of the return's own file: a part's statements also rest on those of other parts."""


class Said(NamedTuple):
    """An amount in cents that a return says, with how many cells could not be read.

    ``node_id`` is ``None`` where the objective is unknown; ``is_claim`` where the partner speaks of
    another's money.
    """

    nature: str
    node_id: int | None
    funder: str
    is_claim: bool
    stage: str
    cents: int
    unread: int


class ColumnSum(NamedTuple):
    """What was read in one column of a sheet, of one stage and funder: cents, and cells.

    ``first`` is the row of the first of its cells.
    """

    sheet: str
    letters: str
    first: int
    stage: str
    funder: str
    year: int | None
    cents: int
    cells: int
    unread: int


def amounts_said(submitted: Return) -> list[Said]:
    """What a return says, by nature, node, funder and stage."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT h.nature, h.node_id, coalesce(nullif(f.short_name, ''), f.name),
                   h.funder_id <> h.source_id, h.stage,
                   coalesce(sum(e.cents), 0)::bigint, count(*) FILTER (WHERE e.cents IS NULL)
            {_CELLS}
            GROUP BY 1, 2, 3, 4, 5, f.sort_key
            ORDER BY 4, f.sort_key
            """,
            {"posting": submitted.posting_id, "file": submitted.file_id},
        )
        return [Said(*row) for row in cursor.fetchall()]


def sums_by_column(submitted: Return) -> list[ColumnSum]:
    """What was read in each column, for the partner to compare with its own totals."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.sheet, substring(e.cell FROM '^[A-Z]+'),
                   min(substring(e.cell FROM '[0-9]+$')::int), h.stage,
                   coalesce(nullif(f.short_name, ''), f.name), h.year,
                   coalesce(sum(e.cents), 0)::bigint, count(*),
                   count(*) FILTER (WHERE e.cents IS NULL)
            {_CELLS} AND e.cell ~ '^[A-Z]+[0-9]+$'
            GROUP BY 1, 2, 4, 5, 6
            ORDER BY 1, length(substring(e.cell FROM '^[A-Z]+')), 2
            """,
            {"posting": submitted.posting_id, "file": submitted.file_id},
        )
        return [ColumnSum(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class _Group:
    """One table's worth: a caption, and the label of the line of each amount."""

    caption: str
    header: str
    line: Callable[[Said], str]


def tables(submitted: Return, amounts: Sequence[Said]) -> list[Table]:
    """What a return says by axis, and by whose money: a table each, for each nature of credit."""
    assert submitted.contract is not None
    nodes = tree(submitted.contract, submitted.effective_on, submitted.posting.number)
    axes = {node.id: node.axis for node in nodes}
    titles = {node.axis: f"{node.code} {node.title}".strip() for node in nodes if not node.depth}
    order = [*titles.values(), _("? Objectif inconnu du contrat")]

    def axis(said: Said) -> str:
        return titles[axes[said.node_id]] if said.node_id in axes else order[-1]

    found: list[Table] = []
    natures = list(dict.fromkeys(said.nature for said in amounts))
    for nature in natures:
        mine = [said for said in amounts if said.nature == nature]
        own = [said for said in mine if not said.is_claim]
        named = f" – {Nature(nature).label}" if len(natures) > 1 else ""
        fictitious = submitted.contract.fictitious
        rank = f"-{nature}" if named else ""
        if own:
            found.append(
                _table(
                    own,
                    _Group(_("Par axe") + named, _("Axe"), axis),
                    f"par-axe{rank}",
                    fictitious,
                    order,
                ).with_total()
            )
        by_funder = _Group(_("Par financeur") + named, _("Financeur"), _funder)
        found.append(_table(mine, by_funder, f"par-financeur{rank}", fictitious))
    return found


def _funder(said: Said) -> str:
    if said.is_claim:
        return _("%(funder)s (revendication : ne s'ajoute pas)") % {"funder": said.funder}
    return said.funder


def _table(
    amounts: Iterable[Said],
    group: _Group,
    name: str,
    fictitious: bool,
    order: Sequence[str] = (),
) -> Table:
    lines: dict[str, dict[str, Cell]] = {}
    stages: set[str] = set()
    for said in amounts:
        line = lines.setdefault(group.line(said), {})
        before = line.get(said.stage, Cell(0))
        assert isinstance(before.value, int)
        line[said.stage] = Cell(before.value + said.cents, unread=before.unread + said.unread)
        stages.add(said.stage)
    labels = [label for label in order if label in lines] if order else list(lines)
    rows = [Row(_line(label, lines[label])) for label in labels]
    columns = [
        Column(stage.value, stage.label, "amount", total=True)
        for stage in Stage
        if stage.value in stages
    ]
    return Table(
        caption=group.caption,
        columns=[Column("line", group.header), *columns],
        rows=rows,
        unit=Unit.EURO,
        id=name,
        fictitious=fictitious,
    )


def _line(label: str, cells: Mapping[str, Cell]) -> dict[str, Cell | str]:
    return {"line": label, **cells}

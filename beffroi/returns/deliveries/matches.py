"""The operations of a delivery's lines: proposals kept as questions, decisions given back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from beffroi.ledger.amounts import amounts_known
from beffroi.operations.proposals import LineProposal, Standing
from beffroi.operations.queries import match
from beffroi.partners.models import Organisation
from beffroi.returns.attribution import line_said
from beffroi.returns.models import Delivery, LineMatch
from beffroi.returns.reading import Line, Reading

MOST_LINES_SHOWN = 30
"""Of lines that are alike, how many a question tells one by one."""


def proposals_for(delivery: Delivery, reading: Reading) -> list[LineProposal]:
    """Which operation each line proposes to be, with what is known today; in order."""
    organisations = dict(Organisation.objects.values_list("slug", "pk"))
    return match(
        [line_said(line, delivery.partner_id, organisations) for line in reading.lines],
        contract_id=delivery.contract_id,
        partner_id=delivery.partner_id,
        code_names_operation=reading.code_names_operation,
        amounts_of=amounts_known(delivery.effective_on),
    )


def keep_proposals(
    delivery: Delivery, reading: Reading, proposals: Sequence[LineProposal]
) -> dict[str, int]:
    """Keep one row for the lines that are alike; how many rows are sure, asked and new."""
    LineMatch.objects.filter(delivery=delivery).delete()
    rows = [
        _row(delivery, [reading.lines[at] for at in sorted(proposal.alike)], proposal)
        for position, proposal in enumerate(proposals)
        if position == min(proposal.alike)
    ]
    asked = [row for row in rows if row.standing == Standing.ASKED]
    for rank, row in enumerate(asked, 1):
        row.question = rank
    LineMatch.objects.bulk_create(rows, batch_size=2000)
    return {
        standing: sum(row.standing == standing for row in rows)
        for standing in (Standing.SURE, Standing.ASKED, Standing.NEW)
    }


def answers_of(delivery: Delivery, reading: Reading) -> dict[int, int | None]:
    """What people decided, by position of line: an operation's row id, ``None`` for a new one."""
    positions = {(line.sheet, line.row): at for at, line in enumerate(reading.lines)}
    decided = LineMatch.objects.filter(delivery=delivery, standing=LineMatch.Standing.DECIDED)
    return {
        positions[sheet, row]: operation_id
        for operation_id, lines in decided.values_list("operation_id", "lines")
        for sheet, row in lines
        if (sheet, row) in positions
    }


def _row(delivery: Delivery, lines: Sequence[Line], proposal: LineProposal) -> LineMatch:
    first = lines[0]
    return LineMatch(
        delivery=delivery,
        sheet=first.sheet,
        row=first.row,
        lines=[[line.sheet, line.row] for line in lines],
        said=_said(lines),
        standing=proposal.standing.value,
        operation_id=proposal.operation_id,
        candidates=[candidate.as_data() for candidate in proposal.candidates],
    )


def _said(lines: Sequence[Line]) -> dict[str, Any]:
    """What some lines say together, as a question shows it; amounts in cents.

    ``amounts`` are ``[stage, funder, cents, unread cells]``, the funder by its slug; ``lines`` tell
    each line apart where there are several.
    """
    first = lines[0]
    said: dict[str, Any] = {
        "title": first.title,
        "owner": first.owner,
        "siret": first.siret,
        "commune": first.commune,
        "commune_name": first.commune_name,
        "objective": first.objective or first.objective_shown,
        "codes": list(dict.fromkeys(line.code for line in lines if line.code)),
        "amounts": _amounts(lines),
    }
    if len(lines) > 1:
        said["lines"] = [
            {"where": line.where, "code": line.code, "amounts": _amounts([line])}
            for line in lines[:MOST_LINES_SHOWN]
        ]
    return said


def _amounts(lines: Sequence[Line]) -> list[list[Any]]:
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        for amount in line.amounts:
            cents_and_unread = sums.setdefault((amount.stage, amount.funder), [0, 0])
            cents_and_unread[0] += amount.cents or 0
            cents_and_unread[1] += amount.cents is None
    return [[*key, *value] for key, value in sums.items()]

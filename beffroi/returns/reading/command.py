"""``beffroi read``: what a workbook says, without writing anything. Needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from beffroi.returns.reading import ContractFrame, Reading, UnreadableFile, read_opened
from beffroi.returns.reading.amounts import euros
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.returns.reading.opening import content_of, read_workbook
from beffroi.returns.reading.proposing import Proposal, propose
from beffroi.returns.reading.proposing.proposal import in_unit
from beffroi.returns.reading.references import contract_frame_from
from beffroi.returns.reading.sandbox import in_worker
from beffroi.returns.reading.workbook import UnknownShape, Workbook

STAGES = {"programmed": "programmé", "committed": "engagé", "paid": "payé"}
"""The stages a return may tell of, as people read them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``read FILE [--against CONTRACT.yaml] [--layout NAME] [--json]``."""
    parser.add_argument("file", type=Path, metavar="FICHIER")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="CONTRAT.yaml",
        help="vérifier les objectifs contre l'arbre de ce contrat",
    )
    parser.add_argument("--layout", metavar="NOM", help="mise en page, quand plusieurs conviennent")
    parser.add_argument("--json", action="store_true", help="répondre en JSON")


def run(arguments: argparse.Namespace) -> int:
    """Answer ``read``: exit 1 with one sentence when the file cannot be read."""
    file: Path = arguments.file
    try:
        contract = contract_frame_from(arguments.against) if arguments.against else None
        answer, text = in_worker(
            file.name, answer_to, content_of(file), file.name, arguments.layout, contract
        )
    except UnreadableFile as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.json else text)
    return 0


def answer_to(
    content: bytes, name: str, layout: str | None, contract: ContractFrame | None
) -> tuple[dict[str, Any], str]:
    """What a file says, as data and as text: by a layout, and by itself where none is imposed.

    Raises :class:`UnreadableFile`.
    """
    with cycles_left_alone():
        workbook = read_workbook(content, name)
        if layout:
            reading = read_opened(workbook, layout=layout, contract=contract)
            return reading.as_data(), as_text(reading)
        try:
            known = read_opened(workbook, contract=contract)
        except UnknownShape:
            proposal = propose(workbook)
            return _by_itself(proposal), proposal_as_text(proposal)
        return {**known.as_data(), "proposal": _proposed(workbook)}, as_text(known)


def _proposed(workbook: Workbook) -> dict[str, Any] | None:
    """What would be proposed of a workbook whose layout is known; ``None`` where nothing would."""
    try:
        return propose(workbook).as_data()
    except UnreadableFile:
        return None


def _by_itself(proposal: Proposal) -> dict[str, Any]:
    return {
        "layout": None,
        "rows": sum(table.data_rows for table in proposal.tables),
        "proposal": proposal.as_data(),
    }


def proposal_as_text(proposal: Proposal) -> str:
    """A proposal for people: each table, its columns of money and their sums, every doubt."""
    lines = ["Aucune mise en page connue : voici ce qui est proposé."]
    for table in proposal.tables:
        lines.append(f"Feuille « {table.sheet} » : {table.data_rows} lignes.")
        for column in table.amounts:
            total = in_unit(column.cents, column.unit, table.unit)
            unread = f" — cellules non lues : {len(column.unread)}" if column.unread else ""
            lines.append(f"  {column.header} : {total} {table.unit or '(unité inconnue)'}{unread}")
        lines += [f"  {doubt.where} : {doubt.message}" for doubt in table.doubts]
    lines += [f"{doubt.where} : {doubt.message}".removeprefix(" : ") for doubt in proposal.doubts]
    return "\n".join(lines)


def as_text(reading: Reading) -> str:
    """A reading for people: sums, then what is doubtful."""
    lines = [f"{reading.rows} lignes lues ({reading.layout}, en {reading.unit})."]
    for stage, cents in reading.sums_cents.items():
        unread = reading.unread.get(stage, 0)
        mark = f" — cellules non lues : {unread}" if unread else ""
        lines.append(f"  {STAGES.get(stage, stage)} : {euros(cents)}{mark}")
    lines += [f"  {f.severity} {f.where} : {f.message}" for f in reading.findings]
    return "\n".join(lines)

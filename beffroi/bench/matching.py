"""Budget « match »: the lines of a large return against 100,000 operations known before."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from beffroi.bench.run import Result, median_ms
from beffroi.bench.workbooks import write_return
from beffroi.operations.identity import Identity, plain
from beffroi.operations.known import KnownOperations
from beffroi.operations.matching import match_lines
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import KnownReference, LineProposal, LineSaid
from beffroi.returns.attribution import line_said
from beffroi.returns.reading import read_return
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.returns.reading.references import COMMUNES

LIMIT = 1.0
SOURCE, OTHER = 1, 2
"""Who sends the return, and a partner that spoke before."""
NAMED, RENUMBERED = 0.5, 0.8
"""The share of lines known by their code, then (up to) by all but their code; others are new."""
WORKS = ("Construction", "Rénovation", "Extension", "Aménagement", "Mise aux normes", "Démolition")
THINGS = ("du gymnase", "de l'école", "de la mairie", "du pôle culturel", "des berges", "du stade")


def match(rows: int, operations: int) -> Result:
    """Match a return of ``rows`` lines, against reading and checking that same return."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "retour.xlsx"
        write_return(path, rows)
        lines = [line_said(line, SOURCE, {"etat": SOURCE}) for line in read_return(path).lines]
        names = _communes()
        references = list(_references(lines, operations, sorted(names)))

        def matched() -> Sequence[LineProposal]:
            with cycles_left_alone():
                return match_lines(
                    lines,
                    KnownOperations(references, SOURCE, PlaceNames(names)),
                    code_names_operation=False,
                    amounts_of=lambda ids: {each: {} for each in ids},
                )

        found = sum(proposal.operation_id is not None for proposal in matched())
        if found < NAMED * rows:
            raise RuntimeError(f"{found} lines recognised out of {rows}")
        return Result(
            budget="match",
            ours_ms=median_ms(matched),
            reference_ms=median_ms(lambda: read_return(path)),
            limit=LIMIT,
            detail=(
                f"{rows} lignes, {operations} opérations connues, {found} lignes reconnues, "
                "contre la lecture et le contrôle des mêmes lignes"
            ),
        )


def _communes() -> dict[str, str]:
    with COMMUNES.open(encoding="utf-8", newline="") as file:
        return {row["insee"]: plain(row["nom"]) for row in csv.DictReader(file)}


def _references(
    lines: Sequence[LineSaid], operations: int, communes: Sequence[str]
) -> Iterator[KnownReference]:
    """What is known: part of the lines, some under a code of last year, then other operations."""
    chance = random.Random(42)
    known = lines[: int(len(lines) * RENUMBERED)]
    for rank, line in enumerate(known, 1):
        code = line.identity.code if rank <= len(lines) * NAMED else f"20{rank:08d}"
        yield KnownReference(rank, SOURCE, line.identity._replace(code=code))
    for rank in range(len(known) + 1, operations + 1):
        work, thing, number = chance.choice(WORKS), chance.choice(THINGS), chance.randrange(1, 40)
        yield KnownReference(
            rank,
            OTHER,
            Identity(
                code=f"A{rank}",
                title=plain(f"{work} {thing} n° {number}"),
                owner="",
                siret="",
                place=chance.choice(communes),
                objective=f"I.{chance.randrange(1, 9)}",
            ),
        )

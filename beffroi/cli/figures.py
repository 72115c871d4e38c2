"""``figures``, ``claims`` and ``trace``: any figure as of any date, down to the cell."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import TYPE_CHECKING, Any

from beffroi.cli.answering import Refused, add_data, add_json, day, say, site

if TYPE_CHECKING:
    from beffroi.ledger.queries import Scope


TRACED = ("axis", "objective", "measure", "funder", "stage", "scheme", "nature", "year")


def add_commands(commands: Any) -> None:
    """Declare the three commands."""
    figures = commands.add_parser("figures", help="les chiffres d'un contrat à une date")
    _add_question(figures)
    figures.add_argument(
        "--by",
        required=True,
        metavar="AXES",
        help="axes d'analyse séparés par des virgules : axis, objective, measure, funder, scheme, "
        "stage, nature, year, commune, epci, perimeter",
    )
    figures.add_argument("--stage", help="un seul stade")
    figures.add_argument("--perimeter", help="les opérations entièrement situées dans ce périmètre")
    figures.set_defaults(run=run_figures)

    claims = commands.add_parser(
        "claims", help="ce que des partenaires disent de l'argent d'un financeur qui n'en dit rien"
    )
    _add_question(claims)
    claims.set_defaults(run=run_claims)

    trace = commands.add_parser("trace", help="les déclarations et cellules derrière un chiffre")
    _add_question(trace)
    for dimension in TRACED:
        trace.add_argument(f"--{dimension}", type=int if dimension == "year" else str)
    trace.add_argument("--perimeter", help="les opérations entièrement situées dans ce périmètre")
    trace.set_defaults(run=run_trace)


def _add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", nargs="?", metavar="CONTRAT", help="identifiant du contrat")
    parser.add_argument("--ordinary", action="store_true", help="droit commun, hors contrat")
    parser.add_argument("--on", type=day, required=True, metavar="DATE", help="situation au")
    parser.add_argument(
        "--known-at",
        metavar="ÉCRITURE|MOMENT",
        help="connue à : numéro d'écriture, ou moment ISO avec fuseau horaire",
    )
    add_data(parser)
    add_json(parser)


def run_figures(arguments: argparse.Namespace) -> int:
    """Answer ``figures``: one row for each combination of labels."""
    with site(arguments):
        from beffroi.ledger.queries import UnknownDimension, figures

        scope = scope_asked(arguments)
        by = [dimension.strip() for dimension in arguments.by.split(",") if dimension.strip()]
        _check_stage(arguments.stage)
        _check_perimeter(arguments.perimeter)
        try:
            found = figures(
                scope,
                arguments.on,
                known_asked(arguments.known_at),
                by,
                stage=arguments.stage,
                perimeter=arguments.perimeter,
            )
        except UnknownDimension as error:
            raise Refused(str(error)) from error
    rows = []
    for figure in found:
        row: dict[str, Any] = {**figure.labels, "amount_cents": figure.value.cents}
        if figure.value.unread:
            row["unread"] = figure.value.unread
        if figure.operations is not None:
            row["operations"] = figure.operations
        rows.append(row)
    _say_fictitious(scope)
    say(rows, as_json=arguments.json, text=_as_text(rows))
    return 0


def run_claims(arguments: argparse.Namespace) -> int:
    """Answer ``claims``: unconfirmed amounts, which are in no total."""
    with site(arguments):
        from beffroi.ledger.claims import unconfirmed_claims

        scope = scope_asked(arguments)
        found = unconfirmed_claims(scope, arguments.on, known_asked(arguments.known_at))
    rows = [
        {
            "source": claim.source,
            "funder": claim.funder,
            "stage": claim.stage,
            "nature": claim.nature,
            "amount_cents": claim.cents,
            "unread": claim.unread,
            "operations": claim.operations,
            "status": "unconfirmed",
        }
        for claim in found
    ]
    _say_fictitious(scope)
    say(rows, as_json=arguments.json, text=_as_text(rows))
    return 0


def run_trace(arguments: argparse.Namespace) -> int:
    """Answer ``trace``: the statements that add up to one figure."""
    with site(arguments):
        from beffroi.ledger.tracing import statements_behind

        scope = scope_asked(arguments)
        _check_stage(arguments.stage)
        where = {
            dimension: getattr(arguments, dimension)
            for dimension in TRACED
            if getattr(arguments, dimension) is not None
        }
        if "stage" not in where:
            raise Refused("Précisez --stage : des montants de stades différents ne s'ajoutent pas.")
        _check_perimeter(arguments.perimeter)
        found = statements_behind(
            scope,
            arguments.on,
            known_asked(arguments.known_at),
            where,
            perimeter=arguments.perimeter,
        )
    rows = [
        {
            "amount_cents": statement.cents,
            "unread": statement.unread,
            "file": statement.cells[0].file if statement.cells else None,
            "sha256": statement.cells[0].sha256 if statement.cells else None,
            "sheet": statement.cells[0].sheet if statement.cells else None,
            "cells": [cell.where for cell in statement.cells],
            "operation": statement.operation_code,
            "title": statement.operation,
            "on": statement.on.isoformat(),
            "posting": statement.posting,
        }
        for statement in found
    ]
    _say_fictitious(scope)
    say(rows, as_json=arguments.json, text=_as_text(rows))
    return 0


def _say_fictitious(scope: Scope) -> None:
    """Fictitious figures say so; beside the answer, which is data."""
    if scope.contract and scope.contract.fictitious:
        print("Données fictives : contrat inventé pour la démonstration.", file=sys.stderr)


def scope_asked(arguments: argparse.Namespace) -> Scope:
    """The contract named, or ordinary credit; refused when neither or both are asked for."""
    from beffroi.ledger.queries import Scope

    if arguments.ordinary == bool(arguments.contract):
        raise Refused("Nommez un contrat, ou bien demandez --ordinary, l'un des deux.")
    return Scope(None if arguments.ordinary else contract_named(arguments.contract))


def contract_named(slug: str) -> Any:
    """The contract of that identifier; refused with the ones that exist."""
    from beffroi.contracts.models import Contract

    contract = Contract.objects.filter(slug=slug).first()
    if contract is None:
        known = ", ".join(Contract.objects.order_by("slug").values_list("slug", flat=True))
        raise Refused(
            f"Le contrat « {slug} » est inconnu : "
            + (f"écrivez l'un de {known}." if known else "aucun n'est chargé (beffroi init).")
        )
    return contract


def known_asked(text: str | None) -> int:
    """The posting number meant by ``--known-at``; everything known now by default."""
    from beffroi.journal.actions import known_number, last_number

    last = last_number()
    if text is None:
        return last
    if text.isdecimal():
        if int(text) > last:
            raise Refused(f"L'écriture n° {text} n'existe pas : la dernière est la n° {last}.")
        return int(text)
    try:
        return known_number(datetime.datetime.fromisoformat(text))
    except ValueError as error:
        if "fuseau" in str(error) or "futur" in str(error):
            raise Refused(str(error)) from error
        raise Refused(
            f"« {text} » n'est ni un numéro d'écriture ni un moment : "
            "écrivez par exemple 12, ou 2025-01-16T09:00:00+01:00."
        ) from error


def _check_stage(stage: str | None) -> None:
    from beffroi.contracts.vocabulary import Stage

    if stage is not None and stage not in Stage.values:
        raise Refused(
            f"Le stade « {stage} » est inconnu : écrivez l'un de {', '.join(Stage.values)}."
        )


def _check_perimeter(slug: str | None) -> None:
    from beffroi.territories.models import Perimeter

    if slug is not None and not Perimeter.objects.filter(slug=slug).exists():
        known = ", ".join(Perimeter.objects.order_by("slug").values_list("slug", flat=True))
        raise Refused(f"Le périmètre « {slug} » est inconnu : écrivez l'un de {known}.")


def _as_text(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "Aucun chiffre à cette date."
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([_shown(row.get(column)) for column in columns] for row in rows)]
    return "\n".join("\t".join(line) for line in lines)


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    return ", ".join(value) if isinstance(value, list) else str(value)

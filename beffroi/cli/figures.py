"""``figures``, ``claims`` and ``trace``: any figure as of any date, down to the cell."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from beffroi.cli.answering import Refused, say, site
from beffroi.cli.questions import (
    add_question,
    as_text,
    check_perimeter,
    check_stage,
    known_asked,
    say_fictitious,
    scope_asked,
)

if TYPE_CHECKING:
    pass


TRACED = ("axis", "objective", "measure", "funder", "stage", "scheme", "nature", "year")


def add_commands(commands: Any) -> None:
    """Declare the three commands."""
    figures = commands.add_parser("figures", help="les chiffres d'un contrat à une date")
    add_question(figures)
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
    add_question(claims)
    claims.set_defaults(run=run_claims)

    trace = commands.add_parser("trace", help="les déclarations et cellules derrière un chiffre")
    add_question(trace)
    for dimension in TRACED:
        trace.add_argument(f"--{dimension}", type=int if dimension == "year" else str)
    trace.add_argument("--perimeter", help="les opérations entièrement situées dans ce périmètre")
    trace.set_defaults(run=run_trace)


def run_figures(arguments: argparse.Namespace) -> int:
    """Answer ``figures``: one row for each combination of labels."""
    with site(arguments):
        from beffroi.ledger.queries import UnknownDimension, figures

        scope = scope_asked(arguments)
        by = [dimension.strip() for dimension in arguments.by.split(",") if dimension.strip()]
        check_stage(arguments.stage)
        check_perimeter(arguments.perimeter)
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
    say_fictitious(scope)
    say(rows, as_json=arguments.json, text=as_text(rows))
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
    say_fictitious(scope)
    say(rows, as_json=arguments.json, text=as_text(rows))
    return 0


def run_trace(arguments: argparse.Namespace) -> int:
    """Answer ``trace``: the statements that add up to one figure."""
    with site(arguments):
        from beffroi.ledger.tracing import statements_behind

        scope = scope_asked(arguments)
        check_stage(arguments.stage)
        where = {
            dimension: getattr(arguments, dimension)
            for dimension in TRACED
            if getattr(arguments, dimension) is not None
        }
        if "stage" not in where:
            raise Refused("Précisez --stage : des montants de stades différents ne s'ajoutent pas.")
        check_perimeter(arguments.perimeter)
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
    say_fictitious(scope)
    say(rows, as_json=arguments.json, text=as_text(rows))
    return 0

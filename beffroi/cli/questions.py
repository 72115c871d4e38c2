"""What a command asks about: a contract at a date, as known at a moment."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import TYPE_CHECKING, Any

from beffroi.cli.answering import Refused, add_data, add_json, day

if TYPE_CHECKING:
    from beffroi.ledger.queries import Scope


def add_question(parser: argparse.ArgumentParser) -> None:
    """What is asked of a contract, at which date, known when."""
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


def say_fictitious(scope: Scope) -> None:
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


def check_stage(stage: str | None) -> None:
    """Refuse a stage nobody knows, with those that exist."""
    from beffroi.contracts.vocabulary import Stage

    if stage is not None and stage not in Stage.values:
        raise Refused(
            f"Le stade « {stage} » est inconnu : écrivez l'un de {', '.join(Stage.values)}."
        )


def check_perimeter(slug: str | None) -> None:
    """Refuse a perimeter nobody knows, with those that exist."""
    from beffroi.territories.models import Perimeter

    if slug is not None and not Perimeter.objects.filter(slug=slug).exists():
        known = ", ".join(Perimeter.objects.order_by("slug").values_list("slug", flat=True))
        raise Refused(f"Le périmètre « {slug} » est inconnu : écrivez l'un de {known}.")


def as_text(rows: list[dict[str, Any]]) -> str:
    """Rows as a table of tabs, for people."""
    if not rows:
        return "Aucun chiffre à cette date."
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([_shown(row.get(column)) for column in columns] for row in rows)]
    return "\n".join("\t".join(line) for line in lines)


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    return ", ".join(value) if isinstance(value, list) else str(value)

"""``overlap``: a group of contracts, each euro once; what several of them show."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from beffroi.cli.answering import Refused, add_data, add_json, day, say, site
from beffroi.cli.questions import as_text, contract_named, known_asked

if TYPE_CHECKING:
    from beffroi.ledger.adding import Label
    from beffroi.ledger.overlap import Totals

REGION = "*"


def add_commands(commands: Any) -> None:
    """Declare the command."""
    overlap = commands.add_parser(
        "overlap",
        help="le total de plusieurs contrats, chaque euro une fois, et ce que plusieurs montrent",
    )
    overlap.add_argument(
        "contracts",
        nargs="*",
        metavar="CONTRAT",
        help="identifiants des contrats (par défaut : tous les contrats réels)",
    )
    overlap.add_argument("--on", type=day, required=True, metavar="DATE", help="situation au")
    overlap.add_argument(
        "--known-at",
        metavar="ÉCRITURE|MOMENT",
        help="connue à : numéro d'écriture, ou moment ISO avec fuseau horaire",
    )
    add_data(overlap)
    add_json(overlap)
    overlap.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer ``overlap``: a row for each contract, one for the group, one for each overlap."""
    with site(arguments):
        from beffroi.contracts.models import Contract
        from beffroi.ledger.adding import UnlikeAmounts
        from beffroi.ledger.overlap import totals

        named = [contract_named(slug) for slug in dict.fromkeys(arguments.contracts)]
        group = named or list(Contract.objects.filter(fictitious=False))
        try:
            found = totals(group, arguments.on, known_asked(arguments.known_at))
        except UnlikeAmounts as error:
            raise Refused(str(error)) from error
        slugs = dict(Contract.objects.values_list("pk", "slug"))
    if any(contract.fictitious for contract in group):
        print("Données fictives : contrats inventés pour la démonstration.", file=sys.stderr)
    rows = _rows(found, slugs)
    say(rows, as_json=arguments.json, text=as_text(rows))
    return 0


def _rows(found: Totals, slugs: dict[int, str]) -> list[dict[str, Any]]:
    shares = [
        {
            "contract": slugs[share.contract_id],
            **_labels(share.charged.label),
            "charged_cents": share.charged.value.cents,
            "shown_cents": share.shown.value.cents,
            "unread": share.charged.value.unread + share.shown.value.unread,
        }
        for share in found.shares
    ]
    group = [
        {
            "contract": REGION,
            **_labels(label),
            "charged_cents": found.charged(label).cents,
            "shown_cents": found.shown(label).cents,
            "unread": found.charged(label).unread + found.shown(label).unread,
        }
        for label in found.labels
    ]
    crossings = [
        {
            "contract": slugs[crossing.shown_by],
            **_labels(crossing.amount.label),
            "charged_to": slugs[crossing.charged_to],
            "overlap_cents": crossing.amount.value.cents,
            "lines": crossing.lines,
        }
        for crossing in found.crossings
    ]
    return [*shares, *group, *crossings]


def _labels(label: Label) -> dict[str, Any]:
    return {"stage": label.stage, "nature": label.nature, "tax_basis": label.tax_basis}

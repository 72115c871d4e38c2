"""``read`` and ``import``: partners' workbooks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from beffroi.cli.answering import Refused, add_data, add_json, day, say, site
from beffroi.cli.questions import contract_named
from beffroi.returns.reading import command as reading


def add_commands(commands: Any) -> None:
    """Declare the two commands."""
    read = commands.add_parser("read", help="lire un classeur, sans rien écrire")
    reading.add_arguments(read)
    read.set_defaults(run=reading.run)

    take = commands.add_parser("import", help="lire un classeur et l'inscrire au grand livre")
    take.add_argument("file", type=Path, metavar="FICHIER")
    take.add_argument("--contract", metavar="CONTRAT")
    take.add_argument("--partner", metavar="PARTENAIRE")
    take.add_argument("--ordinary", action="store_true", help="droit commun, hors contrat")
    take.add_argument("--region", metavar="CODE", help="code INSEE de la région (droit commun)")
    take.add_argument("--on", type=day, required=True, metavar="DATE", help="situation au")
    take.add_argument("--layout", metavar="NOM", help="mise en page, quand plusieurs conviennent")
    take.add_argument("--complete", action="store_true", help="ce qui n'y est plus vaut zéro")
    take.add_argument(
        "--received",
        type=day,
        metavar="DATE",
        help="jour où le fichier fut reçu (histoire reprise)",
    )
    add_data(take)
    add_json(take)
    take.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Answer ``import``: what was posted, or that nothing changed."""
    if arguments.ordinary:
        if arguments.contract or arguments.partner:
            raise Refused("Le droit commun est hors contrat : retirez --contract et --partner.")
        if arguments.complete:
            raise Refused(
                "Un classeur national ne dit pas tout le droit commun : retirez --complete."
            )
        if not arguments.region:
            raise Refused("Précisez la région : --region 32 pour les Hauts-de-France.")
    elif not (arguments.contract and arguments.partner):
        raise Refused("Précisez --contract et --partner, ou bien --ordinary et --region.")
    with site(arguments):
        from beffroi.returns.actions import ReturnRefused, import_ordinary, import_return

        try:
            if arguments.ordinary:
                imported = import_ordinary(
                    arguments.file,
                    region=arguments.region,
                    on=arguments.on,
                    layout=arguments.layout,
                    received=arguments.received,
                )
            else:
                imported = import_return(
                    arguments.file,
                    contract=contract_named(arguments.contract),
                    partner_slug=arguments.partner,
                    on=arguments.on,
                    layout=arguments.layout,
                    complete=arguments.complete,
                    received=arguments.received,
                )
        except ReturnRefused as error:
            raise Refused(str(error)) from error
    say(imported.as_data(), as_json=arguments.json, text=imported.sentence)
    return 0

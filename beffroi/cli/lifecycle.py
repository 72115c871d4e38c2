"""``init``, ``load``, ``demo``, ``serve``: from an empty directory to a site in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from beffroi.cli.answering import Refused, add_data, add_json, say, site

DEFAULT_PORT = 8000


def add_commands(commands: Any) -> None:
    """Declare the four commands."""
    init = commands.add_parser("init", help="créer la base et charger le référentiel (réel)")
    add_data(init)
    add_json(init)
    init.set_defaults(run=run_init)

    load = commands.add_parser("load", help="créer ou mettre à jour un contrat depuis son fichier")
    load.add_argument("file", type=Path, metavar="FICHIER", help="fichier YAML du contrat")
    add_data(load)
    add_json(load)
    load.set_defaults(run=run_load)

    for name, run, help_text in (
        ("demo", run_demo, "init, contrat et remontées fictifs, puis le site"),
        ("serve", run_serve, "le site : un processus web et un processus de tâches"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--port", type=_port, default=DEFAULT_PORT)
        add_data(command)
        command.set_defaults(run=run)


def run_init(arguments: argparse.Namespace) -> int:
    """Create what is missing: nothing fictitious. Again changes nothing."""
    with site(arguments):
        from beffroi.framework.loading import load_reference
        from beffroi.library.loading import load_articles

        counts = load_reference()
        load_articles()
    text = (
        "Référentiel chargé : {communes} communes, {perimeters} périmètres, "
        "{organisations} organisations, {sources} sources, {contracts} contrats réels."
    )
    say(counts, as_json=arguments.json, text=text.format(**counts))
    return 0


def run_load(arguments: argparse.Namespace) -> int:
    """Create or update one contract from its file."""
    with site(arguments):
        from beffroi.contracts.loading import ContractFileRefused
        from beffroi.framework.loading import load_contract_file

        try:
            loaded = load_contract_file(arguments.file)
        except ContractFileRefused as error:
            raise Refused(str(error)) from error
    say(loaded.as_data(), as_json=arguments.json, text=loaded.sentence)
    return 0


def run_demo(arguments: argparse.Namespace) -> int:
    """Load the reference and the fictitious demonstration, then serve."""
    from beffroi.server.serving import reach_at

    reach_at(arguments.port)
    with site(arguments):
        from beffroi.cli.demonstration import prepare

        accounts = prepare(print)
    print("Comptes de démonstration :")
    for account in accounts:
        print(f"  {account.email}  {account.password}  ({account.role})")
    return run_serve(arguments)


def run_serve(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from beffroi.server.serving import serve

    return serve(arguments.data, arguments.port)


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"« {text} » n'est pas un port : de 1 à 65535.")

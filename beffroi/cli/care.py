"""``check``, ``backup``, ``restore``, ``bench``: looking after an instance."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from beffroi.cli.answering import Refused, add_data, add_json, say, site


def add_commands(commands: Any) -> None:
    """Declare the four commands."""
    check = commands.add_parser("check", help="vérifier le grand livre et les fichiers gardés")
    add_data(check)
    add_json(check)
    check.set_defaults(run=run_check)

    backup = commands.add_parser("backup", help="sauvegarder la base et les fichiers")
    backup.add_argument("target", type=Path, metavar="ARCHIVE", help="fichier .tar à créer")
    add_data(backup)
    add_json(backup)
    backup.set_defaults(run=run_backup)

    restore = commands.add_parser("restore", help="restaurer une sauvegarde dans un dossier vide")
    restore.add_argument("source", type=Path, metavar="ARCHIVE")
    add_data(restore)
    add_json(restore)
    restore.set_defaults(run=run_restore)

    bench = commands.add_parser("bench", help="mesurer les budgets, en rapports")
    bench.add_argument(
        "budgets", nargs="*", metavar="BUDGET", help="read, match, post, figures, pages"
    )
    bench.add_argument("--quick", action="store_true", help="de petites tailles, pour essayer")
    add_json(bench)
    bench.set_defaults(run=run_bench)


def run_check(arguments: argparse.Namespace) -> int:
    """Answer ``check``: exit 1 when anything is wrong, each fault on a line."""
    with site(arguments):
        from beffroi.files.queries import damaged_files
        from beffroi.ledger.checking import ledger_faults

        faults = [*ledger_faults(), *(f"{d.name} : {d.reason}." for d in damaged_files())]
    say(
        {"sound": not faults, "faults": faults},
        as_json=arguments.json,
        text="\n".join(faults) or "Le grand livre et les fichiers gardés sont intacts.",
    )
    return 1 if faults else 0


def run_backup(arguments: argparse.Namespace) -> int:
    """Answer ``backup``."""
    from beffroi.server.backups import BackupRefused, backup

    try:
        manifest = backup(arguments.data, arguments.target)
    except BackupRefused as error:
        raise Refused(str(error)) from error
    say(
        manifest,
        as_json=arguments.json,
        text=f"Sauvegarde écrite dans {arguments.target} ({manifest['files']} fichiers gardés).",
    )
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Answer ``restore``."""
    from beffroi.server.backups import BackupRefused, restore

    try:
        manifest = restore(arguments.source, arguments.data)
    except BackupRefused as error:
        raise Refused(str(error)) from error
    say(
        manifest,
        as_json=arguments.json,
        text=f"Sauvegarde restaurée dans {arguments.data} ({manifest['files']} fichiers gardés).",
    )
    return 0


def run_bench(arguments: argparse.Namespace) -> int:
    """Answer ``bench``: ratios of medians, measured on a throw-away database."""
    from beffroi.bench.run import BUDGETS, run

    unknown = set(arguments.budgets) - set(BUDGETS)
    if unknown:
        raise Refused(
            f"Le budget « {min(unknown)} » est inconnu : écrivez l'un de {', '.join(BUDGETS)}."
        )
    results = run(arguments.budgets or list(BUDGETS), quick=arguments.quick)
    say(
        [result.as_data() for result in results],
        as_json=arguments.json,
        text="\n".join(result.sentence for result in results),
    )
    return 0 if all(result.held for result in results) else 1

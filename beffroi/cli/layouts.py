"""``layout``: how partners' workbooks are read, out as files and in from files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from beffroi.cli.answering import Refused, add_data, add_json, say, site
from beffroi.cli.questions import contract_named


def add_commands(commands: Any) -> None:
    """Declare ``layout list``, ``layout export`` and ``layout import``."""
    layout = commands.add_parser("layout", help="les mises en page des classeurs")
    acts = layout.add_subparsers(dest="act", required=True, metavar="ACTION")

    every = acts.add_parser("list", help="celles d'un contrat, avec leurs versions")
    every.add_argument("--contract", required=True, metavar="CONTRAT")
    add_json(every)
    every.set_defaults(run=run_list)

    out = acts.add_parser("export", help="en écrire une, en YAML")
    out.add_argument("name", metavar="NOM")
    out.add_argument("--contract", required=True, metavar="CONTRAT")
    out.add_argument("--partner", required=True, metavar="PARTENAIRE")
    out.add_argument("--version", type=int, metavar="N", help="par défaut, la dernière")
    out.set_defaults(run=run_export)

    into = acts.add_parser("import", help="en prendre une dans un fichier YAML")
    into.add_argument("file", type=Path, metavar="FICHIER")
    into.add_argument("--contract", required=True, metavar="CONTRAT")
    into.add_argument("--name", metavar="NOM", help="pour en faire la version suivante de celle-ci")
    into.add_argument("--note", default="", metavar="PHRASE", help="ce qui a changé")
    add_json(into)
    into.set_defaults(run=run_import)

    for command in (every, out, into):
        add_data(command)


def run_list(arguments: argparse.Namespace) -> int:
    """Answer ``layout list``: version 0 is one that Beffroi carries."""
    with site(arguments):
        from beffroi.returns.layouting.history import histories

        found = [
            {
                "partner": version.partner.slug,
                "name": version.name,
                "version": version.number,
                "title": version.title,
                "author": version.author,
                "made_at": version.made_at.isoformat() if version.made_at else None,
                "made_from": version.made_from,
                "returns": version.returns,
            }
            for each in histories(contract_named(arguments.contract))
            for version in each.versions
        ]
    lines = [
        f"{each['partner']:<16} {each['name']:<30} v{each['version']} "
        f"{each['returns']:>4} remontées  {each['title']}"
        for each in found
    ]
    say(found, as_json=arguments.json, text="\n".join(lines))
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write one version of a layout on the output."""
    with site(arguments):
        from beffroi.returns.layouting.files import layout_file
        from beffroi.returns.layouting.history import history

        contract = contract_named(arguments.contract)
        found = history(contract, arguments.partner, arguments.name)
        if found is None:
            raise Refused(
                f"« {arguments.partner} » n'a pas de mise en page « {arguments.name} » : "
                "« beffroi layout list » les nomme."
            )
        wanted = found.last.number if arguments.version is None else arguments.version
        version = next((each for each in found.versions if each.number == wanted), None)
        if version is None:
            raise Refused(
                f"La mise en page « {arguments.name} » n'a pas de version {wanted} : la dernière "
                f"est la version {found.last.number}."
            )
    sys.stdout.write(layout_file(version.content))
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Take a layout from a file: a new one, or the next version of the one it names."""
    try:
        file = arguments.file.read_bytes()
    except OSError as error:
        raise Refused(
            f"Le fichier {arguments.file} ne peut pas être ouvert ({error.strerror})."
        ) from error
    with site(arguments):
        from beffroi.partners.models import Organisation
        from beffroi.returns.layouting.files import LayoutRefused, read_layout_file
        from beffroi.returns.layouting.storing import (
            LayoutConflict,
            NewVersion,
            free_name,
            last_version,
            store_version,
        )

        contract = contract_named(arguments.contract)
        try:
            content = read_layout_file(file, Organisation.objects.values_list("slug", flat=True))
            partner = Organisation.objects.get(slug=content["source"])
            name = arguments.name or free_name(contract, partner, content["title"])
            after = last_version(contract, partner, name)
            new = NewVersion(name, content, after, arguments.note)
            stored = store_version(contract, partner, new, by=None)
        except (LayoutRefused, LayoutConflict) as error:
            raise Refused(f"{arguments.file.name} : {error}") from error
    say(
        {"partner": partner.slug, "name": stored.name, "version": stored.version},
        as_json=arguments.json,
        text=f"Mise en page « {stored.name} » de {partner}, version {stored.version}.",
    )
    return 0

"""``gaps``: what partners say of another's money, beside what the funder says."""

from __future__ import annotations

import argparse
from typing import Any

from beffroi.cli.answering import say, site
from beffroi.cli.questions import (
    add_question,
    as_text,
    check_perimeter,
    known_asked,
    say_fictitious,
    scope_asked,
)


def add_commands(commands: Any) -> None:
    """Declare the command."""
    gaps = commands.add_parser(
        "gaps", help="les écarts entre ce que disent les partenaires et ce que dit le financeur"
    )
    add_question(gaps)
    gaps.add_argument("--perimeter", help="les opérations entièrement situées dans ce périmètre")
    gaps.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer ``gaps``: one row a claim, with its status and the probable cause of its gap."""
    with site(arguments):
        from beffroi.reconciliation.queries import gaps

        scope = scope_asked(arguments)
        check_perimeter(arguments.perimeter)
        found = gaps(
            scope, arguments.on, known_asked(arguments.known_at), perimeter=arguments.perimeter
        )
    rows = [gap.as_data() for gap in found]
    say_fictitious(scope)
    say(rows, as_json=arguments.json, text=as_text(rows))
    return 0

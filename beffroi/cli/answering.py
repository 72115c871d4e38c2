"""How every command takes its arguments, answers and refuses."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DEFAULT_DATA = "data"


class Refused(Exception):
    """What was asked cannot be done: one sentence says what, where, and what to do. Exit 1."""


def add_data(parser: argparse.ArgumentParser) -> None:
    """``--data DIR``: the directory that holds the database and the files."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("BEFFROI_DATA", DEFAULT_DATA)),
        metavar="DIR",
        help="dossier des données (par défaut : $BEFFROI_DATA, sinon ./data)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json``: answer with data rather than text."""
    parser.add_argument("--json", action="store_true", help="répondre en JSON")


def day(text: str) -> datetime.date:
    """A date given as an argument: 2024-12-31, or 31/12/2024."""
    if french := re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text):
        text = "-".join(reversed(french.groups()))
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"« {text} » n'est pas une date : écrivez par exemple 2024-12-31."
        ) from None


def say(answer: Any, *, as_json: bool, text: str) -> None:
    """Print the answer, as data or as text."""
    print(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else text)


@contextmanager
def site(arguments: argparse.Namespace) -> Iterator[None]:
    """The database under ``--data`` started when needed, Django ready; left clean afterwards."""
    from beffroi.server.commands import opened_site

    with opened_site(arguments.data):
        from beffroi.journal.context import acting

        with acting(command=f"beffroi {arguments.command}"):
            yield


def fail(sentence: str) -> int:
    """Refuse on the error output, in one sentence."""
    print(" ".join(str(sentence).split()), file=sys.stderr)
    return 1

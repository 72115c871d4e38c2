"""``beffroi``: the command line. Exit 0 done, 1 refused with one sentence, 2 wrong usage."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from beffroi.cli import accounts, care, figures, gaps, layouts, lifecycle, overlap, returns
from beffroi.cli.answering import Refused, fail
from beffroi.cli.unexpected import report
from beffroi.server.refusal import ServerRefusal


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (Refused, ServerRefusal) as refusal:
        return fail(str(refusal))
    except BrokenPipeError:  # the reader of our output has gone: `beffroi … | head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return fail("Interrompu : rien n'a été écrit après la dernière écriture annoncée.")
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, never a traceback
        return fail(report(error, arguments))


def parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="beffroi",
        description="Le grand livre partagé des contrats territoriaux.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    for group in (lifecycle, returns, layouts, figures, gaps, overlap, accounts, care):
        group.add_commands(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())

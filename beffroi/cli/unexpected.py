"""What is said, and kept, of an error that nobody foresaw."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import traceback
from pathlib import Path

LOG = "erreurs.log"


def report(error: Exception, arguments: argparse.Namespace) -> str:
    """One sentence for the user; the detail goes to a file of the data directory, or a new one.

    A database that stops answering is the one cause that a user can do something about.
    """
    kept = _kept(error, getattr(arguments, "data", None))
    detail = f" ; le détail est dans {kept}" if kept else ""
    if type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return f"La base ne répond plus : rien n'a été écrit, recommencez{detail}."
    return (
        f"Erreur imprévue ({type(error).__name__}) : une écriture commencée est annulée, une "
        f"écriture achevée reste{detail} ; signalez-la aux mainteneurs de Beffroi."
    )


def _kept(error: Exception, data: Path | None) -> Path | None:
    """Where the traceback is written; nowhere when the directory cannot take it."""
    if data is None or not data.is_dir():
        return None
    path = data / LOG
    with contextlib.suppress(OSError), path.open("a", encoding="utf-8") as log:
        log.write(f"{datetime.datetime.now(datetime.UTC).isoformat()}\n")
        log.writelines(traceback.format_exception(error))
        return path
    return None

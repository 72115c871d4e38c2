"""Why the site cannot start, or a setting cannot be taken: one sentence for the operator."""

from __future__ import annotations

import errno


class ServerRefusal(Exception):
    """One French sentence: what, where, and what to do. Nothing is left half-done."""


_CAUSES = {
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'accès est refusé",
    errno.EISDIR: "c'est un dossier",
    errno.EROFS: "il est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota du disque est atteint",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EEXIST: "ce n'est pas un dossier",
    errno.ENOENT: "il n'existe pas",
    errno.ENAMETOOLONG: "son nom est trop long",
    errno.EADDRINUSE: "déjà pris",
    errno.EADDRNOTAVAIL: "cette machine n'a pas cette adresse",
}


def cause_of(error: OSError) -> str:
    """Why the system refused, in French where we know it."""
    return _CAUSES.get(error.errno or 0) or error.strerror or str(error)

"""Reading kept files, and checking them against their name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from beffroi.files.actions import digest, path_of
from beffroi.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A kept file whose content is missing or no longer its own."""

    sha256: str
    name: str
    reason: str


def damaged_files() -> Iterator[DamagedFile]:
    """Every kept file that cannot be trusted any more."""
    for stored in StoredFile.objects.iterator():
        path = path_of(stored.sha256)
        if not path.exists():
            yield DamagedFile(stored.sha256, stored.name, "le fichier a disparu")
        elif digest(path) != stored.sha256:
            yield DamagedFile(stored.sha256, stored.name, "le contenu a changé")

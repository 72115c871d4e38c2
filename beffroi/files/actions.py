"""Keeping files by their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from beffroi.files.models import StoredFile


def path_of(sha256: str) -> Path:
    """Where a content lies: two levels of folders keep each of them small."""
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def digest(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def keep(content: bytes, name: str) -> StoredFile:
    """Keep a content under its digest; the same content twice is kept once.

    It is on disk, whole, before the row that names it can be committed.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    kept = path_of(sha256)
    if not kept.exists() or digest(kept) != sha256:
        _write_whole(content, kept)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": len(content), "name": name}
    )
    return stored


def _write_whole(content: bytes, target: Path) -> None:
    """Write so that ``target`` is never seen half-written, even after a power cut."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(target)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise

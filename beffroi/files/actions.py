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


def keep(path: Path, *, name: str | None = None) -> StoredFile:
    """Keep a copy of a file; the same content twice is kept once.

    The content is on disk, whole, before the row that names it can be committed.
    """
    sha256 = digest(path)
    kept = path_of(sha256)
    if not kept.exists() or digest(kept) != sha256:
        _copy_whole(path, kept)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": path.stat().st_size, "name": name or path.name}
    )
    return stored


def _copy_whole(source: Path, target: Path) -> None:
    """Copy so that ``target`` is never seen half-written, even after a power cut."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        try:
            with source.open("rb") as content:
                while block := content.read(1 << 20):
                    part.write(block)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(target)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise

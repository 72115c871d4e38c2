"""Keeping files by their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

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
        with _arriving() as part:
            part.write(content)
            _put(part, kept)
    return _named(sha256, len(content), name)


def keep_chunks(chunks: Iterable[bytes], name: str) -> StoredFile:
    """Keep what comes in pieces, none of which is held longer than it takes to write it."""
    sha256, size = hashlib.sha256(), 0
    with _arriving() as part:
        for chunk in chunks:
            sha256.update(chunk)
            size += len(chunk)
            part.write(chunk)
        _put(part, path_of(sha256.hexdigest()))
    return _named(sha256.hexdigest(), size, name)


def _named(sha256: str, size: int, name: str) -> StoredFile:
    stored, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "name": name}
    )
    return stored


@contextmanager
def _arriving() -> Iterator[IO[bytes]]:
    """A file of the store that nobody can see yet; gone afterwards, unless it was put in place."""
    root = Path(settings.FILES_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, prefix=".", delete=False) as part:
        try:
            yield part
        finally:
            Path(part.name).unlink(missing_ok=True)


def _put(part: IO[bytes], target: Path) -> None:
    """Put it in place so that ``target`` is never seen half-written, even after a power cut."""
    part.flush()
    os.fsync(part.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    Path(part.name).replace(target)

"""Backing up and restoring an embedded instance: database and kept files in one archive."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from beffroi.server.configuration import DATABASE_URL, database
from beffroi.server.postgres import ADMINISTRATOR, Cluster, binaries
from beffroi.server.roles import BASE, create_roles_and_base

MANIFEST = "manifest.json"
DUMP = "base.dump"


class BackupRefused(Exception):
    """The backup cannot be made or taken: one sentence says why."""


def backup(data: Path, target: Path) -> dict[str, Any]:
    """Write the database and the files under ``data`` to a new archive; give its manifest.

    The dump is taken first: files only ever get added, so whatever it names is there.
    """
    _refuse_production()
    if target.exists():
        raise BackupRefused(f"{target} existe déjà : nommez un fichier à créer.")
    if not (data / "postgres").exists():
        raise BackupRefused(f"{data} ne contient pas de base : vérifiez --data.")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        dump = Path(folder) / DUMP
        with Cluster(data.absolute()).running() as cluster:
            _run("pg_dump", "--format=custom", f"--file={dump}", *_address(cluster), BASE)
        files = sorted(path for path in (data / "files").rglob("*") if path.is_file())
        manifest = {"version": 1, "files": len(files), "dump_sha256": _sha256(dump)}
        part = Path(folder) / "archive"
        with tarfile.open(part, "w") as archive:
            _add_text(archive, MANIFEST, json.dumps(manifest))
            archive.add(dump, DUMP)
            for path in files:
                archive.add(path, f"files/{path.relative_to(data / 'files')}")
        part.replace(target)
    return manifest


def restore(source: Path, data: Path) -> dict[str, Any]:
    """Restore an archive into an empty (or new) directory; give its manifest."""
    _refuse_production()
    if data.exists() and any(data.iterdir()):
        raise BackupRefused(f"{data} n'est pas vide : restaurez dans un dossier neuf.")
    try:
        with tarfile.open(source) as archive:
            manifest: dict[str, Any] = json.load(archive.extractfile(MANIFEST))  # type: ignore[arg-type]
            data.mkdir(parents=True, exist_ok=True)
            archive.extractall(data, filter="data")
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise BackupRefused(f"{source} n'est pas une sauvegarde de Beffroi lisible.") from error
    dump = data / DUMP
    if _sha256(dump) != manifest["dump_sha256"]:
        raise BackupRefused(f"{source} est abîmée : l'empreinte de la base ne correspond pas.")
    with Cluster(data.absolute()).running() as cluster:
        create_roles_and_base(cluster.socket, ADMINISTRATOR)
        _run("pg_restore", "--exit-on-error", *_address(cluster), f"--dbname={BASE}", str(dump))
    dump.unlink()
    (data / MANIFEST).unlink()
    return manifest


def _refuse_production() -> None:
    if database(DATABASE_URL):
        raise BackupRefused(
            f"La base est donnée par {DATABASE_URL} : sauvegardez-la avec pg_dump, et le dossier "
            "des fichiers avec vos outils."
        )


def _address(cluster: Cluster) -> list[str]:
    return [f"--host={cluster.socket}", f"--username={ADMINISTRATOR}"]


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(binaries() / program), *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BackupRefused(f"{program} a échoué : {said[-1] if said else 'sans dire pourquoi'}.")


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))

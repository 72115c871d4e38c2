"""Backing up and restoring an embedded instance: database and kept files in one archive."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from beffroi.server.configuration import DATABASE_URL, database
from beffroi.server.postgres import ADMINISTRATOR, Cluster, binaries, environment
from beffroi.server.refusal import cause_of
from beffroi.server.roles import BASE, create_roles_and_base

MANIFEST = "manifest.json"
DUMP = "base.dump"
FILES = "files"
VERSION = 1
STAGE = ".restauration-"


class BackupRefused(Exception):
    """The backup cannot be made or taken: one sentence says why."""


def backup(data: Path, target: Path) -> dict[str, Any]:
    """Write the database and the files under ``data`` to a new archive; give what it holds.

    The dump is taken first: files only ever get added, so whatever it names is there.
    """
    _refuse_production()
    if target.exists():
        raise BackupRefused(f"{target} existe déjà : nommez un fichier à créer.")
    if not (data / "postgres").exists():
        raise BackupRefused(f"{data} ne contient pas de base : vérifiez --data.")
    with (
        _refusing(f"La sauvegarde ne peut pas être écrite dans {target.absolute().parent}"),
        tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder,
    ):
        dump = Path(folder) / DUMP
        with Cluster(data.absolute()).running() as cluster:
            _run("pg_dump", "--format=custom", f"--file={dump}", *_address(cluster), BASE)
        contents = {DUMP: dump} | {
            f"{FILES}/{path.relative_to(data / FILES)}": path
            for path in sorted((data / FILES).rglob("*"))
            if path.is_file() and not path.name.startswith(".")  # not one that is still arriving
        }
        part = Path(folder) / "archive"
        part.touch(mode=0o600)
        manifest = {"version": VERSION, "sha256": _digests(contents)}
        with tarfile.open(part, "w") as archive:
            _add_text(archive, MANIFEST, json.dumps(manifest))
            for name, path in contents.items():
                archive.add(path, name)
        part.replace(target)
    return _summary(manifest)


def restore(source: Path, data: Path) -> dict[str, Any]:
    """Restore an archive into an empty (or new) directory, or leave it as it was."""
    _refuse_production()
    data = data.absolute()
    with _refusing(f"Le dossier {data} ne peut pas recevoir la sauvegarde"):
        created = _emptied(data)
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=data))
        try:
            manifest = _unpack(source, stage)
            with Cluster(stage, fsync=False).running() as cluster:  # thrown away if cut off
                create_roles_and_base(cluster.socket, ADMINISTRATOR)
                into = [*_address(cluster), f"--dbname={BASE}", str(stage / DUMP)]
                _run("pg_restore", "--exit-on-error", *into)
            os.sync()
            for name in (FILES, "postgres"):  # the database last: with it, all is there
                if (stage / name).exists():
                    (stage / name).rename(data / name)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
            for folder in created if not (data / "postgres").exists() else []:
                folder.rmdir()
    return _summary(manifest)


def _emptied(data: Path) -> list[Path]:
    """Make the directory where it does not exist; give what was made, deepest first."""
    created = [path for path in (data, *data.parents) if not path.exists()]
    data.mkdir(parents=True, exist_ok=True)
    for leftover in data.glob(f"{STAGE}*"):  # of a restoration that was cut off
        shutil.rmtree(leftover)
    if any(path.name != "lost+found" for path in data.iterdir()):
        raise BackupRefused(f"{data} n'est pas vide : restaurez dans un dossier neuf.")
    return created


def _unpack(source: Path, stage: Path) -> dict[str, Any]:
    """Take out of the archive what its manifest announces, all of it and nothing else."""
    unreadable = f"{source} n'est pas une sauvegarde de Beffroi lisible."
    try:
        with _opened(source) as content, tarfile.open(fileobj=content, mode="r:") as archive:
            manifest = json.load(_content(archive, archive.getmember(MANIFEST)))
            if manifest["version"] != VERSION:
                raise BackupRefused(
                    f"{source} vient d'une autre version de Beffroi : restaurez-la avec elle."
                )
            announced = dict(manifest["sha256"])
            for member in archive:
                if member.name != MANIFEST:
                    _take_out(archive, member, stage, announced.pop(member.name))
    except (tarfile.TarError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise BackupRefused(unreadable) from error
    if announced:
        raise BackupRefused(f"{source} est incomplète : il y manque {len(announced)} fichiers.")
    if not (stage / DUMP).exists():
        raise BackupRefused(unreadable)
    return dict(manifest)


def _opened(source: Path) -> IO[bytes]:
    with _refusing(f"{source} ne peut pas être lue"):
        return source.open("rb")


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, stage: Path, sha256: str) -> None:
    place = stage / member.name
    if ".." in place.parts or (member.name != DUMP and stage / FILES not in place.parents):
        raise ValueError(member.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as copy:
        shutil.copyfileobj(_content(archive, member), copy)
    if _sha256(place) != sha256:
        raise BackupRefused(
            f"La sauvegarde est abîmée : l'empreinte de {member.name} ne correspond pas."
        )


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member) if member.isreg() else None
    if content is None:
        raise ValueError(f"{member.name} is not a file")
    return content


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupRefused(f"{what} ({cause_of(error)}).") from error


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
        [str(binaries() / program), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BackupRefused(f"{program} a échoué : {said[-1] if said else 'sans dire pourquoi'}.")


def _summary(manifest: dict[str, Any]) -> dict[str, Any]:
    """What is said of an archive: how many kept files, and the digest of its database."""
    digests = manifest["sha256"]
    return {
        "version": manifest["version"],
        "files": len(digests) - 1,
        "dump_sha256": digests[DUMP],
    }


def _digests(contents: dict[str, Path]) -> dict[str, str]:
    return {name: _sha256(path) for name, path in contents.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))

"""A backup restored elsewhere is the same instance; a bad archive writes nothing."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from beffroi.server.backups import STAGE, BackupRefused, restore
from tests.server.instance import Instance, environment, kill, one_sentence, until


@pytest.fixture(scope="module")
def archive(template: Instance) -> Iterator[Path]:
    """A backup of the template."""
    target = template.data.with_name("sauvegarde.tar")
    done = template.run("backup", target)
    assert (done.returncode, done.stderr) == (0, "")
    yield target
    target.unlink()


@pytest.fixture
def elsewhere(folder: Path) -> Instance:
    """A directory to restore into, that does not exist yet."""
    return Instance(folder / "ailleurs" / "data")


def test_what_is_restored_is_the_same(
    template: Instance, archive: Path, elsewhere: Instance
) -> None:
    done = elsewhere.run("restore", archive, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == len(template.files()) > 0
    elsewhere.is_left_clean()
    assert elsewhere.files() == template.files()
    sums = elsewhere.sums()
    assert sums == template.sums()
    assert sum(rows for rows, _ in sums.values()) > 4000
    elsewhere.is_sound()


def test_the_application_has_its_rights_and_no_more_after_a_restoration(
    template: Instance, archive: Path, elsewhere: Instance
) -> None:
    assert elsewhere.run("restore", archive).returncode == 0
    rights = (
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'public' ORDER BY 1, 2, 3"
    )
    found = []
    for instance in (template, elsewhere):
        with instance.cluster.running(), instance.connect() as administrator:
            found.append(administrator.execute(rights).fetchall())
    assert found[0] == found[1] != []


def test_a_backup_is_private_and_may_be_taken_while_the_site_runs(
    instance: Instance, folder: Path
) -> None:
    with instance.cluster.running():
        assert instance.run("backup", folder / "b.tar").returncode == 0
        assert instance.cluster.is_running()
    assert (folder / "b.tar").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["b.tar", "data"]


def test_a_backup_that_cannot_be_written_is_refused(instance: Instance, folder: Path) -> None:
    (folder / "taken.tar").write_text("mine")
    assert "existe déjà" in instance.refusal("backup", folder / "taken.tar")
    assert "il n'existe pas" in instance.refusal("backup", folder / "nowhere" / "b.tar")
    assert (folder / "taken.tar").read_text() == "mine"
    assert "--data" in Instance(folder / "empty").refusal("backup", folder / "b.tar")
    assert sorted(path.name for path in folder.iterdir()) == ["data", "taken.tar"]


def test_an_empty_directory_will_do_and_what_a_cut_off_restoration_left_is_removed(
    archive: Path, elsewhere: Instance
) -> None:
    (elsewhere.data / "lost+found").mkdir(parents=True)  # a disk of its own
    (elsewhere.data / f"{STAGE}old" / "postgres").mkdir(parents=True)
    assert elsewhere.run("restore", archive).returncode == 0
    elsewhere.is_left_clean()


def test_a_restoration_really_cut_off(archive: Path, elsewhere: Instance, folder: Path) -> None:
    log = folder / "log"
    with (
        log.open("w") as said,
        subprocess.Popen(
            elsewhere.command("restore", archive), env=environment({}), stdout=said, stderr=said
        ) as restoring,
    ):
        until(lambda: list(elsewhere.data.glob(f"{STAGE}*/postgres/postmaster.pid")), within=30)
        kill(restoring.pid)
    assert not elsewhere.postgres.exists()
    done = elsewhere.run("restore", archive)
    assert (done.returncode, done.stderr) == (0, "")
    elsewhere.is_left_clean()
    elsewhere.is_sound()


def test_a_directory_that_holds_something_is_refused(
    archive: Path, instance: Instance, folder: Path
) -> None:
    before = instance.files()
    assert "n'est pas vide" in instance.refusal("restore", archive)
    assert instance.files() == before
    instance.is_sound()
    (folder / "file").write_text("mine")
    assert "pas un dossier" in Instance(folder / "file").refusal("restore", archive)


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own PostgreSQL is not given: the database is an embedded one."""
    monkeypatch.delenv("DATABASE_URL")


def refused(archive: Path, instance: Instance) -> None:
    """A restoration that is refused with a sentence."""
    with pytest.raises(BackupRefused) as refusal:
        restore(archive, instance.data)
    one_sentence(str(refusal.value))


Spoil = Callable[[bytes], bytes]


def _spoilt(member: str) -> Spoil:
    """The same archive, with some bytes of the last such member turned over."""

    def spoil(content: bytes) -> bytes:
        with tarfile.open(fileobj=io.BytesIO(content)) as opened:
            inside = [m for m in opened if m.isfile() and m.name.startswith(member)][-1]
        place, end = inside.offset_data, inside.offset_data + min(inside.size, 64)
        turned = bytes(255 - byte for byte in content[place:end])
        return content[:place] + turned + content[end:]

    return spoil


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: b"PK\x03\x04 not a tar",
        lambda content: content[:100],
        lambda content: content[: len(content) // 2],
        lambda content: content[: len(content) - 20_000],
        _spoilt("base.dump"),
        _spoilt("files/"),
    ],
    ids=["empty", "foreign", "header", "half", "tail", "dump spoilt", "file spoilt"],
)
def test_a_bad_archive_is_refused_and_writes_nothing(
    archive: Path, elsewhere: Instance, folder: Path, spoil: Spoil
) -> None:
    bad = folder / "bad.tar"
    bad.write_bytes(spoil(archive.read_bytes()))
    refused(bad, elsewhere)
    assert [path.name for path in folder.iterdir()] == ["bad.tar"]


def _written(place: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(place, "w") as made:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))


def _manifest(version: object, sha256: object) -> bytes:
    return json.dumps({"version": version, "sha256": sha256}).encode()


NOT_OURS = {
    "no manifest": {"notes.txt": b"mine"},
    "not json": {"manifest.json": b"{"},
    "not an object": {"manifest.json": b"[1]"},
    "no digests": {"manifest.json": _manifest(1, None)},
    "no database": {"manifest.json": _manifest(1, {})},
    "another version": {"manifest.json": _manifest(2, {})},
    "unannounced": {"manifest.json": _manifest(1, {}), "base.dump": b"x"},
    "missing": {"manifest.json": _manifest(1, {"base.dump": "0", "files/a": "0"})},
    "outside": {"manifest.json": _manifest(1, {"../out": "0"}), "../out": b"x"},
    "absolute": {"manifest.json": _manifest(1, {"/tmp/out": "0"}), "/tmp/out": b"x"},
    "elsewhere": {"manifest.json": _manifest(1, {"secret_key": "0"}), "secret_key": b"x"},
    "not a dump": {
        "manifest.json": _manifest(
            1, {"base.dump": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
        ),
        "base.dump": b"x",
    },
}


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("members", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_a_foreign_archive_is_refused_and_writes_nothing(
    elsewhere: Instance, folder: Path, members: dict[str, bytes]
) -> None:
    foreign = folder / "foreign.tar"
    _written(foreign, members)
    refused(foreign, elsewhere)
    assert [path.name for path in folder.iterdir()] == ["foreign.tar"]


def test_an_archive_that_cannot_be_read_is_refused(elsewhere: Instance, folder: Path) -> None:
    assert "il n'existe pas" in elsewhere.refusal("restore", folder / "nowhere.tar")
    (folder / "bad.tar").write_bytes(b"not a tar")
    assert "sauvegarde de Beffroi" in elsewhere.refusal("restore", folder / "bad.tar")
    (folder / "bad.tar").unlink()
    assert "c'est un dossier" in elsewhere.refusal("restore", folder)
    assert list(folder.iterdir()) == []

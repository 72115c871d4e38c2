"""Directories that cannot take the data: one sentence, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.instance import Instance, skip_unless_nobody_can_run

New = Callable[[str], Instance]
ROOT = os.getuid() == 0


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Callable[[int], Path]]:
    """A way to have a disk of so many megabytes."""
    place = folder / "disk"
    place.mkdir()

    def mounted(megabytes: int) -> Path:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
        done = subprocess.run(mount, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip("SKIPPED: full disks are not tested here, for want of the right to mount")
        return place

    yield mounted
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def test_a_file_is_not_a_directory(folder: Path) -> None:
    (folder / "file").write_text("mine")
    sentence = Instance(folder / "file").refusal("check")
    assert str(folder / "file") in sentence
    assert "pas un dossier" in sentence
    assert (folder / "file").read_text() == "mine"
    assert "pas un dossier" in Instance(folder / "file" / "data").refusal("check")


def test_a_directory_that_cannot_be_written(folder: Path) -> None:
    if ROOT:
        skip_unless_nobody_can_run()
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    for place in (closed, closed / "data"):
        sentence = Instance(place).refusal("check", as_nobody=ROOT)
        assert "l'accès est refusé" in sentence
        assert str(place) in sentence
    assert list(closed.iterdir()) == []


def test_the_instance_of_somebody_else(instance: Instance) -> None:
    skip_unless_nobody_can_run()
    assert "l'accès est refusé" in instance.refusal("check", as_nobody=True)
    instance.is_sound()


def test_a_name_too_long_for_the_disk(folder: Path) -> None:
    assert "trop long" in Instance(folder / ("x" * 300)).refusal("check")


def test_a_disk_too_small_for_a_database(small_disk: Callable[[int], Path]) -> None:
    disk = small_disk(20)
    sentence = Instance(disk / "data").refusal("check")
    assert "plein" in sentence
    assert not (disk / "data" / "postgres").exists()
    assert not list((disk / "data").glob(".*"))


def test_a_disk_that_fills_up_says_so_and_loses_nothing(
    small_disk: Callable[[int], Path], instance: Instance
) -> None:
    disk = small_disk(400)
    moved = Instance(disk / "data")
    subprocess.run(["cp", "-a", str(instance.data), str(moved.data)], check=True)
    before = moved.sums()
    _fill(disk / "filler")
    assert "plein" in moved.refusal("init")
    assert "plein" in moved.refusal("backup", disk / "backup.tar")
    assert not (disk / "backup.tar").exists()
    (disk / "filler").unlink()
    moved.is_sound()
    assert moved.sums() == before
    moved.is_left_clean()


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as taken, contextlib.suppress(OSError):
        while taken.write(bytes(1 << 20)):
            pass

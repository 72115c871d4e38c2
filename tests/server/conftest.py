"""Data directories of the tests' own, short enough for a socket; nothing outlives a test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from beffroi.server import processes
from beffroi.server.postgres import Cluster
from tests.returns.reading.rounds import DEMO, FILES, SLUGS_OF_FILES, return_path
from tests.server.instance import Instance, kill

MEMORY = Path("/dev/shm")


def _folder() -> Iterator[Path]:
    """Where there is room in memory, nobody waits for the disk."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30
    made = Path(tempfile.mkdtemp(prefix="bf-", dir=MEMORY if roomy else None))
    made.chmod(0o755)
    yield made
    for version in made.rglob("PG_VERSION"):
        kill(*processes.living_in(version.parent))
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new directory with a short name, passable by all."""
    yield from _folder()


@pytest.fixture(scope="session")
def template() -> Iterator[Instance]:
    """The reference, the demonstration contract and one return: stopped, only to be copied."""
    for folder in _folder():
        instance = Instance(folder / "modele")
        with Cluster(instance.data, fsync=False).running():
            file = FILES[0]
            on = ("--contract", "demo-cper", "--partner", SLUGS_OF_FILES[file], "--on")
            for words in (
                ("init",),
                ("load", DEMO / "demo-contract.yaml"),
                ("import", return_path(2023, file), *on, "2023-12-31"),
            ):
                done = instance.run(*words)
                assert done.returncode == 0, done.stderr
        yield instance


@pytest.fixture
def new_instance(template: Instance, folder: Path) -> Callable[[str], Instance]:
    """A way to have a copy of the template under a name."""

    def copied(name: str) -> Instance:
        made = Instance(folder / name)
        shutil.copytree(template.data, made.data)
        return made

    return copied


@pytest.fixture
def instance(new_instance: Callable[[str], Instance]) -> Instance:
    """A stopped instance with figures and a kept file."""
    return new_instance("data")

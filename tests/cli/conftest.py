"""The command line as people use it: real processes, on a directory of the tests' own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from beffroi.server.postgres import Cluster
from tests.cluster import SOCKET
from tests.returns.reading.rounds import DEMO, FILES, SLUGS_OF_FILES, return_path

OWN = {SOCKET, "DATABASE_URL", "DATABASE_OWNER_URL", "BEFFROI_DATA", "BEFFROI_SOCKET"}


@dataclass(frozen=True)
class Site:
    """A data directory and the command line upon it."""

    data: Path

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        """One command; its exit status and outputs."""
        command = [sys.executable, "-m", "beffroi.cli.main", *map(str, words)]
        if words[0] != "read":
            command += ["--data", str(self.data)]
        environment = {key: value for key, value in os.environ.items() if key not in OWN}
        return subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False, env=environment
        )

    def answer(self, *words: object) -> Any:
        """The JSON answer of a command that must succeed."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refusal(self, *words: object) -> str:
        """The one sentence of a command that must be refused."""
        done = self.run(*words)
        assert (done.returncode, done.stdout) == (1, ""), (done.returncode, done.stdout)
        sentence = done.stderr.rstrip("\n")
        assert sentence, "a refusal says why"
        assert "\n" not in sentence, f"one sentence, not: {sentence}"
        assert "Traceback" not in sentence
        assert sentence.endswith((".", "…", ")")), sentence
        return sentence

    def take(self, year: int, file: str, **changes: Any) -> Any:
        """Import one return of a demonstration round."""
        words = ["import", changes.get("path", return_path(year, file))]
        words += ["--contract", "demo-cper", "--partner", SLUGS_OF_FILES[file]]
        words += ["--on", changes.get("on", f"{year}-12-31"), *changes.get("options", ())]
        return self.answer(*words)


@contextmanager
def new_site(data: Path) -> Iterator[Site]:
    """A directory with the reference in it; its database stays up between two commands."""
    with Cluster(data, fsync=False).running():
        site = Site(data)
        assert site.answer("init")["contracts"] == 12
        yield site


@pytest.fixture(scope="session")
def both_rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration contract, and its two rounds one after the other. Read only."""
    with new_site(tmp_path_factory.mktemp("rounds")) as site:
        site.answer("load", DEMO / "demo-contract.yaml")
        for year in (2023, 2024):
            for file in FILES:
                site.take(year, file)
        yield site


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """The demonstration contract without a return, to be written to."""
    with new_site(tmp_path / "données") as site:
        site.answer("load", DEMO / "demo-contract.yaml")
        yield site

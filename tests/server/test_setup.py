"""Setting up: the command line answers wherever the project lies; a cut-off one is redone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.instance import PROJECT, environment


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """One command in a directory."""
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=environment({}),
    )


@pytest.fixture
def project(folder: Path) -> Path:
    """A project at a difficult place, that requires nothing (so that nothing is fetched)."""
    place = folder / "été à l'ouest" / ("x" * 120)
    (place / "beffroi" / "cli").mkdir(parents=True)
    (place / "beffroi" / "cli" / "main.py").write_text("import sys; print(sys.argv[1:])")
    (place / "requirements.txt").touch()
    shutil.copy(PROJECT / "tools" / "setup.sh", place)
    return place


def test_the_command_line_answers_wherever_the_project_lies(project: Path, folder: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)  # a set-up that was cut off
    for _ in range(2):
        done = run("sh", "setup.sh", "python3", "requirements.txt", cwd=project)
        assert done.returncode == 0, done.stderr
    command = project / ".venv" / "bin" / "beffroi"
    link = folder / "beffroi"
    link.symlink_to(command)
    (folder / "where").mkdir()
    (folder / "where" / "beffroi.py").write_text("raise SystemExit('somebody else')")
    for name in (command, link):
        assert run(name, "deux mots", cwd=folder / "where").stdout == "['deux mots']\n"


def test_a_python_that_will_not_do_is_told_in_a_sentence(project: Path) -> None:
    done = run("sh", "setup.sh", "python-nowhere", "requirements.txt", cwd=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "python-nowhere" in done.stderr
    old = project / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = run("sh", "setup.sh", "./old-python", "requirements.txt", cwd=project)
    assert "3.11" in done.stderr

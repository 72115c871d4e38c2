"""``make test``: every check, then every test. ``--lint`` stops after the checks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = [
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "beffroi"),
    ("lint-imports", "--no-cache"),
    ("djlint", "--check", "--lint", "beffroi"),
    ("deptry", "."),
]


def run(*command: str) -> bool:
    """Run one command of the environment and say what fails."""
    print(f"── {' '.join(command)}", flush=True)
    program = BIN / command[0]
    return subprocess.run([str(program), *command[1:]], check=False).returncode == 0


def ensure_chromium() -> None:
    """Install Debian's chromium where we may; say plainly what is skipped where we may not."""
    if shutil.which("chromium"):
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("── installation de chromium", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        subprocess.run(
            install, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet
        )  # type: ignore[call-overload]
    if not shutil.which("chromium"):
        print("Chromium manque et ne s'installe pas ici : les tests de tests/browser sont sautés.")


def main() -> int:
    """Every check is run, even after one fails; the tests come last."""
    results = [run(*check) for check in CHECKS]
    sound = all(results)
    if "--lint" not in sys.argv:
        ensure_chromium()
        sound = run("pytest", "-n", "2", "--dist", "loadgroup") and sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())

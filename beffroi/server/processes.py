"""Which PostgreSQL processes live in a data directory, and under which identity they run."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

#: Servers this process started, kept so that they are reaped when they end.
started: list[subprocess.Popen[bytes]] = []


def living_in(data: Path) -> list[int]:
    """The PostgreSQL processes of a data directory: whatever else they are, they work in it.

    A pid read in a file may be anybody's after a crash; the working directory tells the truth.
    """
    processes = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [pid for pid in processes if lives_in(data, pid)]


def lives_in(data: Path, pid: int) -> bool:
    """Whether a process is one of PostgreSQL's at work in this directory (a zombie is not)."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text()
        return name.startswith("postgres") and Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def emptied(data: Path, *, within: float) -> bool:
    """Wait until no PostgreSQL process lives in a directory."""
    deadline = time.monotonic() + within
    while living_in(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    started[:] = [process for process in started if process.poll() is None]
    return True


def send(number: int, pids: Sequence[int]) -> None:
    """Signal processes, some of which may have just ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def as_owner_of(directory: Path, command: Sequence[str]) -> list[str]:
    """The command under the identity that owns ``directory``: PostgreSQL refuses to be root.

    What root owns is run by root under another name (a user namespace); where the system forbids
    those (containers), it is given to nobody.
    """
    if os.getuid() != 0:
        return list(command)
    if directory.stat().st_uid == 0:
        renamed = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
        if shutil.which("unshare") and _succeeds([*renamed, "true"]):
            return [*renamed, *command]
        nobody = pwd.getpwnam("nobody")
        for path in (directory, *directory.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    owner = directory.stat()
    # Our directories may lie under /root: the server may pass where we pass, and be told so when
    # it asks (access() forgets the capability otherwise).
    through = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    through += ["--securebits=+no_setuid_fixup"]
    identity = [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    return ["setpriv", *identity, *through, *command]


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0

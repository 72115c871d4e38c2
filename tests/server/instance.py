"""A data directory as its operator has it: commands in processes, what runs, what is held."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from beffroi.server import processes
from beffroi.server.postgres import ADMINISTRATOR, Cluster
from tests.cluster import SOCKET

PROJECT = Path(__file__).resolve().parents[2]
OF_THE_TESTS = {SOCKET, "DATABASE_URL", "DATABASE_OWNER_URL", "BEFFROI_DATA", "BEFFROI_SOCKET"}
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
SOUND = "Le grand livre et les fichiers gardés sont intacts."


@dataclass(frozen=True)
class Instance:
    """A data directory and the command line upon it."""

    data: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's own directory."""
        return self.data / "postgres"

    @property
    def cluster(self) -> Cluster:
        """Its server."""
        return Cluster(self.data)

    def command(self, *words: object, as_nobody: bool = False) -> list[str]:
        """The command line of one command."""
        python = [*(NOBODY if as_nobody else ()), sys.executable, "-m", "beffroi.cli.main"]
        return [*python, *map(str, words), "--data", str(self.data)]

    def run(
        self, *words: object, as_nobody: bool = False, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """One command with these settings; its exit status and outputs."""
        return subprocess.run(
            self.command(*words, as_nobody=as_nobody),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment(settings),
            cwd=PROJECT,
        )

    def is_sound(self, **settings: str) -> None:
        """``check`` answers that all is well."""
        done = self.run("check", as_nobody=False, **settings)
        assert not done.stderr, done.stderr
        assert (done.returncode, done.stdout) == (0, f"{SOUND}\n")

    def refusal(self, *words: object, as_nobody: bool = False, **settings: str) -> str:
        """The one sentence of a command that must be refused."""
        done = self.run(*words, as_nobody=as_nobody, **settings)
        assert (done.returncode, done.stdout) == (1, ""), done
        return one_sentence(done.stderr)

    def alive(self) -> list[int]:
        """The PostgreSQL processes of this directory."""
        return processes.living_in(self.postgres)

    def postmaster(self) -> int:
        """The process that runs the server."""
        return int((self.postgres / "postmaster.pid").read_text().splitlines()[0])

    def is_left_clean(self) -> None:
        """Nothing runs, nothing is locked, nothing listens."""
        assert self.alive() == []
        assert not (self.postgres / "postmaster.pid").exists()
        assert not list(self.data.rglob(".s.PGSQL*"))
        assert not list(self.cluster.socket.glob(".s.PGSQL*"))
        assert not list(self.data.glob(".*-*")), "no half-made directory"

    def sums(self) -> dict[str, tuple[int, str]]:
        """Rows and checksum of every table; the server runs for the time of the question."""
        with self.cluster.running(), self.connect() as administrator:
            tables = administrator.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY 1"
            ).fetchall()
            return {
                table: administrator.execute(  # type: ignore[misc]
                    f"SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text))"
                    f' FROM public."{table}" t'
                ).fetchone()
                for (table,) in tables
            }

    def connect(self, role: str = ADMINISTRATOR) -> psycopg.Connection:
        """A connection to the running server."""
        return psycopg.connect(
            host=str(self.cluster.socket), user=role, dbname="beffroi", autocommit=True
        )

    def files(self) -> dict[str, bytes]:
        """The kept files."""
        root = self.data / "files"
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    @contextlib.contextmanager
    def served(self, **settings: str) -> Iterator[Served]:
        """``beffroi serve`` on a free port, for the time of a block."""
        port = free_port()
        log = self.data.with_name(f"{self.data.name}.log")
        with log.open("w") as output:
            process = subprocess.Popen(
                self.command("serve", "--port", port),
                stdout=output,
                stderr=output,
                env=environment(settings),
                cwd=PROJECT,
                start_new_session=True,
            )
        served = Served(process, port, log)
        try:
            until(lambda: "Beffroi répond" in log.read_text(), within=60)
            yield served
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)


@dataclass(frozen=True)
class Served:
    """A site that runs."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def status(self, path: str = "/sante") -> int:
        """What the site answers: a status, 0 when nobody answers."""
        opener = urllib.request.build_opener(Unredirected)
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def child(self, words: str) -> int:
        """The process started by the supervisor whose command line holds these words."""
        [found] = [pid for pid in children(self.process.pid) if words in command_of(pid)]
        return found

    def said(self) -> str:
        """What the operator reads."""
        return self.log.read_text()


class Unredirected(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer."""

    def redirect_request(self, *_: object) -> None:
        """Go nowhere."""


def skip_unless_nobody_can_run() -> None:
    """Only root becomes somebody else, who must be able to reach our Python."""
    if os.getuid() != 0:
        pytest.skip("root only can become somebody else")
    tried = subprocess.run([*NOBODY, sys.executable, "-c", ""], check=False, capture_output=True)
    if tried.returncode != 0:
        pytest.skip(f"{sys.executable} is out of the reach of an ordinary user")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of an operator, not of the tests."""
    return {k: v for k, v in os.environ.items() if k not in OF_THE_TESTS} | dict(settings)


def one_sentence(text: str) -> str:
    """What was said, if it is one sentence and no traceback."""
    sentence = text.removesuffix("\n")
    assert sentence, "a refusal says why"
    assert "\n" not in sentence, sentence
    assert "Traceback" not in sentence
    assert "imprévue" not in sentence, sentence
    assert sentence.endswith((".", "…", ")")), sentence
    return sentence


def free_port() -> int:
    """A port that nobody has taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], *, within: float) -> None:
    """Wait for something to come true."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def children(parent: int) -> list[int]:
    """The living processes started by a process."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [pid for pid in map(int, found) if command_of(pid)]


def command_of(pid: int) -> str:
    """The command line of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def kill(*pids: int) -> None:
    """kill -9."""
    processes.send(signal.SIGKILL, pids)

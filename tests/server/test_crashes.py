"""After a kill -9, a power cut or a half-done start: the next command repairs and answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from beffroi.server.postgres import CREATION, Cluster
from tests.server.instance import PROJECT, Instance, environment, kill, until

HOLD = """
import sys, time
from pathlib import Path
from beffroi.server.postgres import Cluster
with Cluster(Path(sys.argv[1])).running():
    print("ready", flush=True)
    time.sleep(600)
"""


@contextmanager
def held(instance: Instance) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the server, to be killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(instance.data)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment({}),
        cwd=PROJECT,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.fixture
def crashed(instance: Instance) -> Instance:
    """All killed at once, as a power cut does."""
    with held(instance) as process:
        kill(process.pid, instance.postmaster(), *instance.alive())
    until(lambda: not instance.alive(), within=5)
    assert (instance.postgres / "postmaster.pid").exists()
    return instance


def test_a_power_cut_is_repaired(crashed: Instance) -> None:
    crashed.is_sound()
    crashed.is_left_clean()


def test_the_shared_memory_of_the_dead_is_given_back(crashed: Instance) -> None:
    memory = (crashed.postgres / "postmaster.pid").read_text().splitlines()[6].split()[1]

    def segments() -> list[str]:
        lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
        return [line.split()[1] for line in lines]

    assert memory in segments()
    crashed.is_sound()
    assert memory not in segments()


@pytest.mark.parametrize("content", ["", "nonsense\n", "{other}\n/elsewhere\n", "999999999\n"])
def test_a_stale_lock_is_not_believed(crashed: Instance, content: str) -> None:
    """Empty after a power cut, or naming what has become another process."""
    lock = crashed.postgres / "postmaster.pid"
    rest = lock.read_text().partition("\n")[2]
    lock.write_text(content.format(other=os.getpid()) + (rest if content else ""))
    crashed.is_sound()
    crashed.is_left_clean()


def test_a_lock_that_names_a_living_process_which_quotes_our_path(crashed: Instance) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)", str(crashed.postgres)]
    with subprocess.Popen(sleeper, cwd=crashed.postgres) as innocent:
        (crashed.postgres / "postmaster.pid").write_text(f"{innocent.pid}\n")
        crashed.is_sound()
        assert innocent.poll() is None, "it was nobody of ours"
        innocent.terminate()


def test_a_killed_postmaster_leaves_orphans_that_are_ended(instance: Instance) -> None:
    """A backend busy with a query outlives its postmaster, and holds its memory."""
    with held(instance) as process, instance.connect() as connection:
        backend = connection.info.backend_pid
        busy = threading.Thread(target=_spin, args=[connection])
        busy.start()
        time.sleep(0.3)
        kill(instance.postmaster(), process.pid)
        time.sleep(0.5)
        assert backend in instance.alive()
        instance.is_sound()
        assert backend not in instance.alive()
        busy.join()
    instance.is_left_clean()


def _spin(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 100000000000) AS i")


def test_a_killed_command_leaves_its_server_to_the_next_one(instance: Instance) -> None:
    with held(instance) as process:
        postmaster = instance.postmaster()
        process.kill()
        process.wait()
        assert instance.postmaster() == postmaster
        instance.is_sound()
    instance.is_left_clean()


def test_a_command_waits_for_a_server_that_is_stopping(instance: Instance) -> None:
    with held(instance) as process, instance.connect():
        os.kill(instance.postmaster(), signal.SIGTERM)  # "smart": it waits for us
        process.kill()
        process.wait()
        started = time.monotonic()
        leaving = threading.Timer(1, kill, [*instance.alive()])
        leaving.start()
        instance.is_sound()
        assert time.monotonic() - started > 1
    instance.is_left_clean()


def test_a_server_without_its_socket_is_started_again(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beffroi.server.postgres.REACH_TIMEOUT", 0.5)
    with instance.cluster.running():
        before = instance.postmaster()
        shutil.rmtree(instance.cluster.socket)
        instance.cluster.keep_up()
        assert instance.postmaster() != before
        assert instance.cluster.is_running()
    instance.is_left_clean()


def test_a_creation_cut_off_is_done_again(folder: Path) -> None:
    """initdb works aside: what it left is removed, and never taken for a database."""
    instance = Instance(folder / "data")
    half = instance.data / f"{CREATION}cut"
    (half / "base" / "1").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Cluster(instance.data, fsync=False).running():
        assert instance.postmaster()
    assert not half.exists()
    instance.is_left_clean()


def test_a_creation_really_cut_off(folder: Path) -> None:
    instance = Instance(folder / "data")
    with subprocess.Popen(
        instance.command("check"), env=environment({}), cwd=PROJECT, start_new_session=True
    ) as command:
        until(lambda: list(instance.data.glob(f"{CREATION}*/PG_VERSION")), within=30)
        os.killpg(command.pid, signal.SIGKILL)
    assert not instance.postgres.exists()
    with Cluster(instance.data, fsync=False).running():
        assert instance.postmaster()
    instance.is_left_clean()


def test_what_never_was_a_database_makes_room_and_is_kept(folder: Path) -> None:
    instance = Instance(folder / "data")
    (instance.postgres / "notes").mkdir(parents=True)
    (instance.postgres / "notes" / "a.txt").write_text("mine")
    with Cluster(instance.data, fsync=False).running():
        assert instance.postmaster()
    [aside] = instance.data.glob("postgres.incomplet-*")
    assert (aside / "notes" / "a.txt").read_text() == "mine"


def test_a_database_that_lost_its_marker_is_never_replaced(instance: Instance) -> None:
    (instance.postgres / "PG_VERSION").unlink()
    assert "PG_VERSION" in instance.refusal("check")
    (instance.postgres / "PG_VERSION").write_text("18\n")
    instance.is_sound()


def test_a_database_that_cannot_start_says_why(instance: Instance) -> None:
    (instance.postgres / "PG_VERSION").write_text("12\n")
    assert "postgres.log" in instance.refusal("check")
    assert instance.alive() == []


@pytest.mark.parametrize("content", ["", "short"])
def test_a_secret_key_emptied_by_a_power_cut_is_made_anew(instance: Instance, content: str) -> None:
    key = instance.data / "secret_key"
    key.write_text(content)
    instance.is_sound()
    assert len(key.read_text()) >= 50
    assert key.stat().st_mode & 0o777 == 0o600


def test_rights_that_a_cut_off_migration_did_not_give_are_given(instance: Instance) -> None:
    with instance.cluster.running(), instance.connect() as administrator:
        administrator.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM beffroi_app")
        instance.is_sound()

"""Starting, sharing and stopping the embedded database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.server.postgres import Cluster
from tests.server.instance import PROJECT, SOUND, Instance, environment, skip_unless_nobody_can_run

New = Callable[[str], Instance]


def test_a_command_starts_the_database_and_leaves_nothing(instance: Instance) -> None:
    instance.is_sound()
    instance.is_left_clean()


def test_a_second_user_shares_the_server_and_the_last_one_stops_it(instance: Instance) -> None:
    with instance.cluster.running():
        postmaster = instance.postmaster()
        instance.is_sound()
        assert instance.postmaster() == postmaster
        with Cluster(instance.data).running():
            assert instance.postmaster() == postmaster
        assert instance.cluster.is_running()
    instance.is_left_clean()


def test_two_directories_live_side_by_side(new_instance: New) -> None:
    one, other = new_instance("one"), new_instance("other")
    with one.cluster.running(), other.cluster.running():
        assert one.postmaster() != other.postmaster()
        one.is_sound()
        other.is_sound()
    one.is_left_clean()
    other.is_left_clean()


def test_commands_that_start_at_once_on_a_new_directory_wait_for_each_other(folder: Path) -> None:
    instance = Instance(folder / "new")
    together = [
        subprocess.Popen(
            instance.command("check"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment({}),
            cwd=PROJECT,
        )
        for _ in range(3)
    ]
    assert [process.communicate(timeout=120)[0] for process in together] == [f"{SOUND}\n"] * 3
    instance.is_left_clean()


@pytest.mark.parametrize(
    "name", ["deux mots", "été à l'ouest, « là »", 'guillemet " et %41', "très/" * 30 + "loin"]
)
def test_any_path_will_do(new_instance: New, name: str) -> None:
    instance = new_instance(name)
    instance.is_sound()
    instance.is_left_clean()
    assert not instance.cluster.socket.exists() or instance.cluster.socket.parent == instance.data


def test_another_tmpdir_finds_the_same_server(new_instance: New, folder: Path) -> None:
    instance = new_instance("profond/" * 12 + "data")
    with instance.cluster.running():
        postmaster = instance.postmaster()
        instance.is_sound(TMPDIR=str(folder))
        assert instance.postmaster() == postmaster
    instance.is_left_clean()


def test_a_link_to_the_directory_finds_the_same_server(instance: Instance, folder: Path) -> None:
    link = folder / "link"
    link.symlink_to(instance.data)
    with instance.cluster.running():
        postmaster = instance.postmaster()
        Instance(link).is_sound()
        assert instance.postmaster() == postmaster
    instance.is_left_clean()


def test_what_the_shell_says_of_another_postgresql_is_not_for_ours(instance: Instance) -> None:
    instance.is_sound(
        PGPORT="6543",
        PGHOST="nowhere.invalid",
        PGOPTIONS="-c no_such_setting=1",
        PGSERVICE="nowhere",
        PGREQUIREAUTH="scram-sha-256",
        PGSSLMODE="verify-full",
        LC_ALL="C",
    )


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to take another identity")
def test_root_without_user_namespaces_gives_the_database_to_nobody(
    instance: Instance, folder: Path
) -> None:
    programs = folder / "programs"
    programs.mkdir()
    (programs / "setpriv").symlink_to("/usr/bin/setpriv")
    folder.chmod(0o700)  # as /root is
    instance.is_sound(PATH=str(programs))
    assert instance.postgres.stat().st_uid != 0
    assert (instance.data / "secret_key").stat().st_uid == 0
    instance.is_sound()  # and with user namespaces again
    instance.is_left_clean()


def test_an_ordinary_user_has_an_instance_and_root_does_not_take_it(folder: Path) -> None:
    skip_unless_nobody_can_run()
    instance = Instance(folder / "home" / "data")
    instance.data.parent.mkdir()
    os.chown(instance.data.parent, 65534, 65534)
    for _ in range(2):
        done = instance.run("check", as_nobody=True)
        assert (done.stdout, done.stderr) == (f"{SOUND}\n", "")
        instance.is_sound()  # as root
    assert instance.postgres.stat().st_uid == 65534
    instance.is_left_clean()

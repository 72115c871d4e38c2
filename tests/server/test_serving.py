"""``beffroi serve``: it answers, mends what dies, and stops whole."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.server.instance import (
    Instance,
    Served,
    children,
    command_of,
    free_port,
    kill,
    one_sentence,
    until,
)


@pytest.fixture
def served(instance: Instance) -> Iterator[Served]:
    """The site of an instance."""
    with instance.served() as served:
        yield served


def descendants(parent: int) -> list[int]:
    """The processes started by a process, and by those."""
    return [pid for child in children(parent) for pid in (child, *descendants(child))]


def end(served: Served, number: int, *, within: float = 10) -> None:
    """Stop the site with a signal; all it started must be gone."""
    started = descendants(served.process.pid)
    assert len(started) >= 3
    served.process.send_signal(number)
    assert served.process.wait(within) == 0
    assert [pid for pid in started if command_of(pid)] == []
    assert served.status() == 0


def test_it_answers_and_leaves_nothing_behind(instance: Instance, served: Served) -> None:
    assert served.status("/") == 302
    assert served.status("/compte/connexion") == 200
    assert served.status("/nowhere") in {302, 404}
    instance.is_sound()  # a command beside it
    assert served.status() == 200
    end(served, signal.SIGTERM)
    instance.is_left_clean()
    assert len(served.said().splitlines()) == 1, served.said()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_stops_at_ctrl_c_and_when_its_terminal_closes(
    instance: Instance, served: Served, number: int
) -> None:
    end(served, number)
    instance.is_left_clean()


def test_what_dies_is_started_again(instance: Instance, served: Served) -> None:
    web, worker = served.child("granian"), served.child("beffroi.jobs")
    [listener] = [pid for pid in children(web) if "resource_tracker" not in command_of(pid)]
    kill(worker)
    until(lambda: "« worker » s'est arrêté" in served.said(), within=10)
    kill(web)
    until(lambda: "« web » s'est arrêté" in served.said(), within=10)
    until(lambda: len(children(served.process.pid)) >= 2 and served.status() == 200, within=20)
    assert not command_of(listener), "the old one does not keep the port"
    assert served.child("granian") != web
    assert served.child("beffroi.jobs") != worker
    end(served, signal.SIGTERM)
    instance.is_left_clean()


def test_a_web_process_whose_own_child_dies_is_mended(served: Served) -> None:
    [listener, *_] = [
        pid
        for pid in children(served.child("granian"))
        if "resource_tracker" not in command_of(pid)
    ]
    kill(listener)
    until(lambda: served.status() == 0, within=10)
    until(lambda: served.status() == 200, within=20)


def test_a_killed_database_is_started_again(instance: Instance, served: Served) -> None:
    assert served.status() == 200
    before = instance.postmaster()
    kill(before)
    until(lambda: "La base s'est arrêtée : relancée." in served.said(), within=10)
    until(lambda: served.status() == 200, within=20)
    assert instance.postmaster() != before
    end(served, signal.SIGTERM)
    instance.is_left_clean()


def test_a_killed_supervisor_takes_its_children_along_and_the_next_one_copes(
    instance: Instance,
) -> None:
    with instance.served() as served:
        postmaster = instance.postmaster()
        ours = [pid for pid in descendants(served.process.pid) if pid not in instance.alive()]
        kill(served.process.pid)
        served.process.wait()
        until(lambda: not [pid for pid in ours if command_of(pid)], within=10)
        assert instance.postmaster() == postmaster, "the database waits for whoever comes next"
    with instance.served() as again:
        assert again.status() == 200
        end(again, signal.SIGTERM)
    instance.is_left_clean()


def test_a_taken_port_is_refused_in_a_sentence(instance: Instance) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = instance.refusal("serve", "--port", port)
    assert str(port) in sentence
    assert "déjà pris" in sentence
    assert "--port" in sentence
    instance.is_left_clean()


def test_an_address_that_is_not_ours_is_refused(instance: Instance) -> None:
    sentence = instance.refusal("serve", "--port", free_port(), BEFFROI_LISTEN="203.0.113.7")
    assert "BEFFROI_LISTEN" in sentence


def test_a_site_that_cannot_start_stops_whole(instance: Instance) -> None:
    """The static files cannot be written: the sentence, then nothing is left."""
    (instance.data / "static").write_text("mine")
    sentence = one_sentence(instance.run("serve", "--port", free_port()).stderr)
    assert "static" in sentence
    instance.is_left_clean()


def test_it_answers_on_every_address_when_told_so(instance: Instance) -> None:
    with instance.served(BEFFROI_LISTEN="0.0.0.0") as served:
        assert served.status() == 200


@pytest.mark.django_db
def test_health_says_that_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/sante").content == b"ok"
    assert client.post("/sante").status_code == 405

    def refuse() -> None:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", refuse)
        assert client.get("/sante").status_code == 503


@pytest.mark.skipif(os.cpu_count() == 1, reason="two sites at once want two processors")
def test_two_sites_on_one_directory_share_its_database(instance: Instance, folder: Path) -> None:
    with instance.served() as one:
        with instance.served() as other:
            assert (one.status(), other.status()) == (200, 200)
        time.sleep(0.2)
        assert one.status() == 200, "the other one left: the database stays"
    instance.is_left_clean()

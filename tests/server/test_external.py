"""A PostgreSQL of the operator's own, given by its address, with two roles and passwords."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from beffroi.server.postgres import ADMINISTRATOR, Cluster
from tests.server.instance import SOUND, Instance, free_port, one_sentence

LOCAL = f"local all {ADMINISTRATOR} trust\nlocal all all scram-sha-256\n"


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    """Another PostgreSQL: an empty base, its owner, and a role that owns nothing."""
    with tempfile.TemporaryDirectory(prefix="bf-") as folder:
        cluster = Cluster(Path(folder), fsync=False)
        with cluster.running():
            (cluster.data / "pg_hba.conf").write_text(LOCAL)
            with psycopg.connect(
                host=str(cluster.socket), user=ADMINISTRATOR, dbname="postgres", autocommit=True
            ) as administrator:
                administrator.execute("CREATE ROLE chef LOGIN PASSWORD 'p@ss word'")
                administrator.execute("CREATE ROLE appli LOGIN PASSWORD 'appli'")
                administrator.execute("CREATE DATABASE regions OWNER chef")
                administrator.execute("SELECT pg_reload_conf()")
            yield cluster.socket


def address(role: str, socket: Path, base: str = "regions") -> str:
    """The address of the base for a role."""
    return f"postgresql://{role}@/{base}?host={socket}"


def test_two_roles_are_enough_and_nothing_embedded_is_made(socket: Path, folder: Path) -> None:
    instance = Instance(folder / "data")
    both = {
        "DATABASE_URL": address("appli:appli", socket),
        "DATABASE_OWNER_URL": address("chef:p%40ss%20word", socket),
    }
    unready = instance.refusal("check", DATABASE_URL=both["DATABASE_URL"])
    assert "DATABASE_OWNER_URL" in unready
    done = instance.run("check", as_nobody=False, **both)
    assert (done.stdout, done.stderr) == (f"{SOUND}\n", "")
    assert not (instance.data / "postgres").exists()
    # once the tables are there, the owner is no longer needed
    instance.is_sound(DATABASE_URL=both["DATABASE_URL"])
    with psycopg.connect(host=str(socket), user=ADMINISTRATOR, dbname="regions") as administrator:
        owned = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        assert administrator.execute(owned).fetchall() == [("chef",)]
    for words in (("backup", folder / "b.tar"), ("restore", folder / "b.tar")):
        assert "pg_dump" in instance.refusal(*words, DATABASE_URL=both["DATABASE_URL"])


@pytest.mark.parametrize(
    ("role", "base", "cause"),
    [
        ("appli:wrong", "regions", "mot de passe ou rôle refusé"),
        ("appli", "regions", "il manque un mot de passe"),
        ("unknown:x", "regions", "mot de passe ou rôle refusé"),
        ("appli:appli", "nowhere", "nowhere"),
    ],
)
def test_a_refused_connection_is_told(
    socket: Path, folder: Path, role: str, base: str, cause: str
) -> None:
    sentence = Instance(folder / "data").refusal("check", DATABASE_URL=address(role, socket, base))
    assert sentence.startswith("La base de DATABASE_URL ne répond pas")
    assert cause in sentence


def test_a_wrong_password_of_the_owner_is_told_by_its_setting(socket: Path, folder: Path) -> None:
    with psycopg.connect(
        host=str(socket), user=ADMINISTRATOR, dbname="postgres", autocommit=True
    ) as administrator:
        administrator.execute("CREATE DATABASE vide OWNER chef")
    sentence = Instance(folder / "data").refusal(
        "check",
        DATABASE_URL=address("appli:appli", socket, "vide"),
        DATABASE_OWNER_URL=address("chef:wrong", socket, "vide"),
    )
    assert "DATABASE_OWNER_URL" in sentence
    assert "mot de passe" in sentence


def test_a_host_that_does_not_answer_is_told(folder: Path) -> None:
    instance = Instance(folder / "data")
    for host in (f"127.0.0.1:{free_port()}", "nowhere.invalid"):
        sentence = instance.refusal("check", DATABASE_URL=f"postgresql://appli:x@{host}/regions")
        assert "DATABASE_URL" in sentence
    served = instance.run("serve", "--port", free_port(), DATABASE_URL="postgresql://a@[::1]:1/b")
    assert served.returncode == 1
    assert "DATABASE_URL" in one_sentence(served.stderr)

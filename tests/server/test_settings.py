"""Settings from the environment: a wrong one is refused at start, by its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beffroi.server import configuration
from beffroi.server.refusal import ServerRefusal
from tests.server.instance import Instance

GOOD = "postgresql://beffroi_app:secret@127.0.0.1/beffroi"
WRONG = [
    ("BEFFROI_DEBUG", "peut-être"),
    ("BEFFROI_HTTPS", "2"),
    ("BEFFROI_HOSTS", "beffroi.fr,https://beffroi.fr"),
    ("BEFFROI_HOSTS", "beffroi.fr:8000"),
    ("BEFFROI_ORIGINS", "beffroi.fr"),
    ("BEFFROI_ORIGINS", "https://beffroi.fr/espace"),
    ("BEFFROI_ORIGINS", "https://"),
    ("BEFFROI_SECRET_KEY", "court"),
    ("BEFFROI_LISTEN", "partout"),
    ("BEFFROI_LISTEN", "127.0.0.1:8000"),
    ("BEFFROI_SMTP_HOST", "smtp.beffroi.fr:587"),
    ("BEFFROI_MAIL_FROM", "beffroi"),
    ("BEFFROI_SMTP_TLS", "oui"),
    ("BEFFROI_SMTP_PORT", "smtp"),
    ("BEFFROI_SMTP_PORT", "65536"),
    ("BEFFROI_SMTP_USER", "beffroi"),
    ("BEFFROI_PUBLIC_URL", "beffroi.fr"),
    ("BEFFROI_PUBLIC_URL", "https://"),
    ("BEFFROI_PUBLIC_URL", "https://beffroi.fr/?page=1"),
    ("BEFFROI_PROXIES", "-1"),
    ("BEFFROI_PROXIES", "un"),
    ("DATABASE_URL", "sqlite:///base.db"),
    ("DATABASE_URL", "beffroi"),
    ("DATABASE_URL", "postgresql://role:s3cret@hote"),
    ("DATABASE_URL", "postgresql://role:s3cret@hote/"),
    ("DATABASE_URL", "postgresql://role:s3cret@hote:port/beffroi"),
    ("DATABASE_URL", "postgresql://role:s3cret@[bad/beffroi"),
    ("DATABASE_URL", "postgresql://role:s3cret@hote/beffroi?réglage=1"),
    ("DATABASE_URL", "postgresql://role:s3cret@hote/beffroi?host=/avec espace"),
    ("DATABASE_OWNER_URL", "mysql://role@hote/beffroi"),
    ("DATABASE_OWNER_URL", GOOD),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ServerRefusal) as refusal:
        configuration.refuse_wrong({name: value})
    assert name in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEFFROI_DEBUG", "peut-être"),
        ("BEFFROI_HOSTS", "https://beffroi.fr"),
        ("BEFFROI_SECRET_KEY", "court"),
        ("BEFFROI_LISTEN", "partout"),
        ("DATABASE_URL", "sqlite:///base.db"),
        ("DATABASE_OWNER_URL", GOOD),
    ],
)
def test_it_is_refused_by_a_real_command_before_anything_is_written(
    folder: Path, name: str, value: str
) -> None:
    sentence = Instance(folder / "data").refusal("check", as_nobody=False, **{name: value})
    assert name in sentence
    assert list(folder.iterdir()) == []


def test_two_bases_for_two_roles_are_refused() -> None:
    settings = {"DATABASE_URL": GOOD, "DATABASE_OWNER_URL": f"{GOOD}2"}
    with pytest.raises(ServerRefusal, match="deux bases"):
        configuration.refuse_wrong(settings)


def test_beffroi_data_is_the_directory_where_none_is_given(folder: Path) -> None:
    (folder / "file").write_text("mine")
    with pytest.raises(ServerRefusal, match="BEFFROI_DATA"):
        configuration.data_directory({"BEFFROI_DATA": str(folder / "file")})
    assert configuration.data_directory({}) == Path("data").absolute()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"BEFFROI_DEBUG": "", "BEFFROI_HTTPS": "OUI"},
        {"BEFFROI_HOSTS": "beffroi.fr, .region.fr,[::1],*"},
        {"BEFFROI_ORIGINS": "https://beffroi.fr,http://localhost:8000,https://*.region.fr"},
        {"BEFFROI_LISTEN": "::"},
        {"BEFFROI_SMTP_HOST": "smtp.beffroi.fr", "BEFFROI_MAIL_FROM": "Beffroi <b@beffroi.fr>"},
        {"BEFFROI_SMTP_TLS": "STARTTLS", "BEFFROI_SMTP_PORT": "2525"},
        {"BEFFROI_SMTP_USER": "beffroi", "BEFFROI_SMTP_PASSWORD": "secret"},
        {"BEFFROI_PUBLIC_URL": "https://beffroi.region.fr/contrats/", "BEFFROI_PROXIES": "2"},
        {"BEFFROI_SECRET_KEY": "x" * 50},
        {"DATABASE_URL": GOOD, "DATABASE_OWNER_URL": GOOD.replace("app", "owner")},
    ],
)
def test_right_settings_are_taken(settings: dict[str, str]) -> None:
    configuration.refuse_wrong(settings)


def test_an_address_is_read_as_postgresql_reads_it() -> None:
    address = "postgresql://un%20r%C3%B4le:p%40ss%2F@H1:5433,h2:5434/ma%20base?sslmode=require"
    read = configuration.database("DATABASE_URL", {"DATABASE_URL": address})
    assert read
    assert [read[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "un rôle",
        "p@ss/",
        "H1,h2",
        "5433,5434",
        "ma base",
    ]
    assert read["OPTIONS"]["sslmode"] == "require"
    socket = configuration.database(
        "DATABASE_URL", {"DATABASE_URL": "postgresql://u@/b?host=%2Ftmp%2FUn"}
    )
    assert socket
    assert socket["HOST"] == "/tmp/Un"


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(folder: Path) -> None:
    key = configuration.secret_key(folder, {})
    assert configuration.secret_key(folder, {}) == key
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert configuration.secret_key(folder, {"BEFFROI_SECRET_KEY": "k" * 50}) == "k" * 50


def test_the_environment_of_the_tests_is_itself_right() -> None:
    configuration.refuse_wrong(os.environ)

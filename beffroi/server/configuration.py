"""Settings from the environment, refused at start with a sentence when wrong.

Every setting is documented in ``docs/operations.md``.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from beffroi.server.refusal import ServerRefusal, cause_of

DATA = "BEFFROI_DATA"
DATABASE_URL = "DATABASE_URL"
DATABASE_OWNER_URL = "DATABASE_OWNER_URL"
LISTEN = "BEFFROI_LISTEN"
PUBLIC_URL = "BEFFROI_PUBLIC_URL"
SHORTEST_KEY = 50
#: How the mail server is spoken to, and the port it then usually has.
SMTP_PORTS = {"non": 25, "starttls": 587, "tls": 465}


def refuse_wrong(environment: Mapping[str, str] = os.environ) -> None:
    """Look at every setting before anything is started or written."""
    for name in ("BEFFROI_DEBUG", "BEFFROI_HTTPS"):
        boolean(name, default=False, environment=environment)
    for host in names("BEFFROI_HOSTS", default=[], environment=environment):
        if "/" in host or (":" in host and not host.startswith("[")):
            raise ServerRefusal(
                f"BEFFROI_HOSTS porte « {host} » : écrivez des noms d'hôtes seuls, sans https:// "
                "ni port, séparés par des virgules."
            )
    for origin in names("BEFFROI_ORIGINS", default=[], environment=environment):
        parts = origin.split("://")
        if parts[0] not in {"http", "https"} or len(parts) != 2 or "/" in parts[1] or not parts[1]:
            raise ServerRefusal(
                f"BEFFROI_ORIGINS porte « {origin} » : écrivez par exemple https://beffroi.fr."
            )
    _refuse_wrong_mail(environment)
    public_url(environment)
    proxies(environment)
    listening(environment)
    given_key(environment)
    owner = database(DATABASE_OWNER_URL, environment)
    application = database(DATABASE_URL, environment)
    if owner and not application:
        raise ServerRefusal(
            f"{DATABASE_OWNER_URL} est donnée sans {DATABASE_URL} : donnez les deux."
        )
    if owner and application and owner["NAME"] != application["NAME"]:
        raise ServerRefusal(
            f"{DATABASE_URL} et {DATABASE_OWNER_URL} nomment deux bases : elles doivent nommer la "
            "même, avec deux rôles."
        )


def _refuse_wrong_mail(environment: Mapping[str, str]) -> None:
    if not set(environment.get("BEFFROI_SMTP_HOST", "")).isdisjoint(" /:@,"):
        raise ServerRefusal("BEFFROI_SMTP_HOST doit être un nom d'hôte seul, sans port.")
    if "@" not in environment.get("BEFFROI_MAIL_FROM", "@"):
        raise ServerRefusal("BEFFROI_MAIL_FROM doit être une adresse électronique.")
    if environment.get("BEFFROI_SMTP_USER") and not environment.get("BEFFROI_SMTP_PASSWORD"):
        raise ServerRefusal("BEFFROI_SMTP_USER est donné sans BEFFROI_SMTP_PASSWORD.")
    smtp_port(environment)


def boolean(name: str, *, default: bool, environment: Mapping[str, str] = os.environ) -> bool:
    """``1``/``0``, ``true``/``false``, ``oui``/``non``; anything else is refused."""
    text = environment.get(name, "").strip().lower()
    if text == "":
        return default
    if text in {"1", "true", "oui"}:
        return True
    if text in {"0", "false", "non"}:
        return False
    raise ServerRefusal(f"{name} vaut « {text} » : écrivez oui ou non.")


def names(
    name: str, *, default: list[str], environment: Mapping[str, str] = os.environ
) -> list[str]:
    """A list of names separated by commas."""
    text = environment.get(name, "")
    return [part.strip() for part in text.split(",") if part.strip()] or default


def data_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the embedded database and the kept files live (``./data`` by default)."""
    path = Path(environment.get(DATA) or "data").absolute()
    if path.exists() and not path.is_dir():
        raise ServerRefusal(f"{DATA} désigne {path}, qui n'est pas un dossier : nommez un dossier.")
    return path


def database(name: str, environment: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """A database from a ``postgresql://user:password@host:port/name`` address, if one is given."""
    address = environment.get(name, "").strip()
    if not address:
        return None
    if address.partition("://")[0] not in {"postgres", "postgresql"}:
        raise ServerRefusal(
            f"{name} doit commencer par postgresql:// : Beffroi ne connaît que PostgreSQL."
        )
    try:
        parts = conninfo_to_dict(address)
    except psycopg.ProgrammingError:  # what it says holds the password
        raise ServerRefusal(
            f"{name} est mal écrite : postgresql://role:motdepasse@hote:5432/beffroi, où les "
            "caractères spéciaux s'écrivent %20, %40…"
        ) from None
    port = str(parts.pop("port", ""))
    if not all(number.isdecimal() for number in port.split(",") if number):
        raise ServerRefusal(f"{name} porte un port qui n'est pas un nombre.")
    base = str(parts.pop("dbname", ""))
    if not base:
        raise ServerRefusal(f"{name} ne nomme pas de base : postgresql://…/beffroi.")
    return connection(
        host=str(parts.pop("host", "")),
        port=port,
        user=str(parts.pop("user", "")),
        password=str(parts.pop("password", "")),
        base=base,
        options={"connect_timeout": 10, **parts},
    )


def connection(
    *,
    host: str,
    user: str,
    base: str = "beffroi",
    port: str = "",
    password: str = "",
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Django's description of one connection."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": None, **(options or {})},
    }


def listening(environment: Mapping[str, str] = os.environ) -> str:
    """The address on which the site answers: this machine alone by default."""
    text = environment.get(LISTEN, "").strip() or "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ServerRefusal(
            f"{LISTEN} vaut « {text} » : écrivez une adresse IP (0.0.0.0 pour toutes)."
        ) from None


def smtp_security(environment: Mapping[str, str] = os.environ) -> str:
    """How the conversation with the mail server is protected: ``non``, ``starttls`` or ``tls``."""
    text = environment.get("BEFFROI_SMTP_TLS", "").strip().lower() or "non"
    if text not in SMTP_PORTS:
        raise ServerRefusal(
            f"BEFFROI_SMTP_TLS vaut « {text} » : écrivez non, starttls (port 587) ou tls (465)."
        )
    return text


def smtp_port(environment: Mapping[str, str] = os.environ) -> int:
    """The port of the mail server: by default, that of its protection."""
    usual = SMTP_PORTS[smtp_security(environment)]
    return _number("BEFFROI_SMTP_PORT", usual, range(1, 65536), environment)


def proxies(environment: Mapping[str, str] = os.environ) -> int:
    """How many proxies stand before the web process, each adding to ``X-Forwarded-For``."""
    return _number("BEFFROI_PROXIES", 0, range(10), environment)


def public_url(environment: Mapping[str, str] = os.environ) -> str:
    """Where people reach the site, without a final slash."""
    text = environment.get(PUBLIC_URL, "").strip().rstrip("/") or "http://localhost:8000"
    scheme, _, rest = text.partition("://")
    if scheme not in {"http", "https"} or not rest or not set(rest).isdisjoint(" ?#"):
        raise ServerRefusal(
            f"{PUBLIC_URL} vaut « {text} » : écrivez l'adresse du site, par exemple "
            "https://beffroi.example."
        )
    return text


def _number(name: str, default: int, allowed: range, environment: Mapping[str, str]) -> int:
    text = environment.get(name, "").strip()
    if text == "":
        return default
    if not text.isdecimal() or int(text) not in allowed:
        raise ServerRefusal(
            f"{name} vaut « {text} » : écrivez un nombre de {allowed[0]} à {allowed[-1]}."
        )
    return int(text)


def given_key(environment: Mapping[str, str] = os.environ) -> str:
    """The secret key of the environment, if one is given."""
    given = environment.get("BEFFROI_SECRET_KEY", "")
    if given and len(given) < SHORTEST_KEY:
        raise ServerRefusal(
            f"BEFFROI_SECRET_KEY est trop courte : {SHORTEST_KEY} caractères au moins."
        )
    return given


def secret_key(data: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The key given, or one made once and kept in the data directory, readable by its owner."""
    if given := given_key(environment):
        return given
    try:
        return _kept_key(data)
    except OSError as error:
        raise ServerRefusal(
            f"La clé secrète ne peut pas être gardée dans {data} ({cause_of(error)}) : choisissez "
            f"un autre dossier avec --data (ou {DATA}), ou donnez BEFFROI_SECRET_KEY."
        ) from error


def _kept_key(data: Path) -> str:
    kept = data / "secret_key"
    if kept.exists() and len(kept.read_text()) < SHORTEST_KEY:  # a power cut may empty a file
        kept.unlink()
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"secret_key.{os.getpid()}")
        try:
            part.touch(mode=0o600)
            part.write_text(secrets.token_urlsafe(60))
            os.link(part, kept)  # whoever comes second keeps the first one's key
        except FileExistsError:
            pass
        finally:
            part.unlink(missing_ok=True)
    return kept.read_text()

"""Settings from the environment, refused at start with a sentence when wrong.

Every setting is documented in ``docs/operations.md``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from beffroi.server.refusal import ServerRefusal

DATA = "BEFFROI_DATA"
DATABASE_URL = "DATABASE_URL"
DATABASE_OWNER_URL = "DATABASE_OWNER_URL"


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
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ServerRefusal(
            f"{name} doit commencer par postgresql:// : Beffroi ne connaît que PostgreSQL."
        )
    try:
        port = parts.port
    except ValueError:
        raise ServerRefusal(f"{name} porte un port qui n'est pas un nombre.") from None
    options = dict(parse_qsl(parts.query))
    base = unquote(parts.path.lstrip("/"))
    if not base:
        raise ServerRefusal(f"{name} ne nomme pas de base : postgresql://…/beffroi.")
    return connection(
        host=unquote(parts.hostname or "") or options.pop("host", ""),
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        base=base,
        options=options,
    )


def connection(
    *,
    host: str,
    user: str,
    base: str = "beffroi",
    port: int | None = None,
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
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": None, **(options or {})},
    }


def secret_key(data: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The key given, or one made once and kept in the data directory, readable by its owner."""
    given = environment.get("BEFFROI_SECRET_KEY", "")
    if given:
        if len(given) < 50:
            raise ServerRefusal("BEFFROI_SECRET_KEY est trop courte : 50 caractères au moins.")
        return given
    kept = data / "secret_key"
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"secret_key.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(60))
        try:
            os.link(part, kept)  # whoever comes second keeps the first one's key
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return kept.read_text()

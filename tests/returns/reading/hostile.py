"""Files made to harm, each with what its one sentence says: the same through every way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tests.returns.reading.containers import ole_with, parts_of, zipped
from tests.returns.reading.rounds import return_path

SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "boum">{ENTITIES}]>'


@dataclass(frozen=True)
class Hostile:
    """A file, the name it comes under, and a word of the sentence that refuses it."""

    name: str
    content: bytes
    said: str


@cache
def hostile_files() -> Mapping[str, Hostile]:
    """The files that are refused, by what is wrong in them."""
    whole = return_path(2023, "etat_sgar.xlsx").read_bytes()
    parts = parts_of(whole)
    entities = {**parts, SHEET: after_declaration(parts[SHEET], BOMB)}
    return {
        "zip bomb": Hostile("bombe.xlsx", zipped({**parts, "xl/x.xml": b" " * 900_000_000}), "Mo"),
        "entity bomb": Hostile("entites.xlsx", zipped(entities), "entités"),
        "encrypted": Hostile("chiffre.xlsx", ole_with("EncryptedPackage"), "mot de passe"),
        "truncated": Hostile("coupe.xlsx", whole[: len(whole) // 2], "coupe.xlsx"),
        "wrong extension": Hostile("image.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(400), "image.xlsx"),
        "path out of the archive": Hostile(
            "chemin.xlsx", zipped({**parts, "../../etc/cron.d/x": b"x"}), "hors de l'archive"
        ),
    }


def linked_and_named_otherwise() -> bytes:
    """A workbook that is read all the same: it cites other files, which nobody opens."""
    parts = parts_of(return_path(2023, "etat_sgar.xlsx").read_bytes())
    return zipped({**parts, "xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


def after_declaration(xml: bytes, text: str) -> bytes:
    """The text put before the root of an XML."""
    end = xml.find(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    return xml[:end] + text.encode() + xml[end:]

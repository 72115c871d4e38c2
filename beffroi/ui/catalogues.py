"""Translations: ``.po`` files are kept, ``.mo`` files are made from them when the site starts.

French is the language of the source, so only the other languages have catalogues:
``beffroi/<room>/locale/<language>/LC_MESSAGES/django.po``. No gettext program is needed.
"""

from __future__ import annotations

import ast
import contextlib
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
MAGIC = 0x950412DE
HEADER_WORDS = 7


def sources() -> list[Path]:
    """Every catalogue of every room."""
    return sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po"))


def compile_stale() -> None:
    """Make what is missing or older than its source; where nothing can be written, go without."""
    for source in sources():
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        with contextlib.suppress(OSError):
            _replace(made, compiled(read(source)))


def _replace(path: Path, content: bytes) -> None:
    """Two processes that start at once never read half a file."""
    handle, part = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as written:
        written.write(content)
    Path(part).chmod(0o644)
    Path(part).replace(path)


def read(source: Path) -> dict[str, str]:
    """Messages by source text; plurals are joined by a null character on both sides."""
    messages: dict[str, str] = {}
    for entry in _entries(source.read_text(encoding="utf-8")):
        forms = [text for field, text in sorted(entry.items()) if field.startswith("msgstr")]
        if not any(forms):
            continue
        singular, plural = entry["msgid"], entry.get("msgid_plural")
        messages[singular if plural is None else f"{singular}\0{plural}"] = "\0".join(forms)
    return messages


def _entries(text: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    field = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        keyword, _space, quoted = line.partition('"')
        field = keyword.strip() or field
        if keyword.strip() == "msgid" and entry:
            yield entry
            entry = {}
        entry[field] = entry.get(field, "") + ast.literal_eval(f'"{quoted}')
    yield entry


def compiled(messages: dict[str, str]) -> bytes:
    """The binary form gettext reads: two tables of (length, offset), then the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    tables = HEADER_WORDS * 4
    offset = tables + 16 * len(pairs)
    places: list[tuple[int, int]] = []
    texts = b""
    for text in [key for key, _ in pairs] + [value for _, value in pairs]:
        places.append((len(text), offset + len(texts)))
        texts += text + b"\0"
    header = struct.pack("<7I", MAGIC, 0, len(pairs), tables, tables + 8 * len(pairs), 0, 0)
    return header + b"".join(struct.pack("<2I", *place) for place in places) + texts

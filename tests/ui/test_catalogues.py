"""English is complete: every sentence of the source has its translation."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from beffroi.ui.catalogues import PACKAGE, compiled, read, sources

FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
TRANSLATE = re.compile(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
#: Words that are the same in both languages.
SAME = {
    "Signatures",
    "total",
    "Code",
    "Total",
    "Pages",
    "page 12",
    "information",
    "Date",
    "Description",
    "Document",
    "Organisation",
    "Service",
    "Services",
    "Documents",
    "Version",
    "Versions",
    "Version %(number)s",
}


def sentences(room: Path) -> Iterator[str]:
    """What the room's modules and templates ask to be translated."""
    for path in sorted(room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
    for path in sorted((room / "templates").rglob("*.*")):
        text = path.read_text(encoding="utf-8")
        for double, single in TRANSLATE.findall(text):
            yield double or single
        for options, body in BLOCK.findall(text):
            message = re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", body.split("{% plural %}")[0])
            if "trimmed" in options:
                message = " ".join(line.strip() for line in message.strip().splitlines())
            yield message


ROOMS = sorted({path for path in PACKAGE.iterdir() if path.is_dir() and any(sentences(path))})


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_sentence_is_translated(room: Path) -> None:
    catalogue = read(room / "locale/en/LC_MESSAGES/django.po")
    translated = {message.split("\0")[0]: text for message, text in catalogue.items()}
    asked = set(sentences(room))
    assert sorted(asked - set(translated)) == []
    assert sorted(set(translated) - asked - {""}) == [], "no longer in the source"
    same = {message for message in asked if translated[message] == message}
    assert sorted(same - SAME) == []


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.parents[3].name)
def test_translations_keep_what_is_filled_in(source: Path) -> None:
    for message, text in read(source).items():
        if message:
            for form in text.split("\0"):
                wanted = set(re.findall(r"%\(\w+\)s", message))
                assert set(re.findall(r"%\(\w+\)s", form)) == wanted, message


def test_what_is_compiled_is_what_gettext_reads() -> None:
    catalogue = read(PACKAGE / "ui/locale/en/LC_MESSAGES/django.po")
    english = gettext.GNUTranslations(io.BytesIO(compiled(catalogue)))
    assert english.gettext("inconnu") == "unknown"
    one, several = "%(cells)s cellule non lue", "%(cells)s cellules non lues"
    assert english.ngettext(one, several, 1) == "%(cells)s cell not read"
    assert english.ngettext(one, several, 2) == "%(cells)s cells not read"

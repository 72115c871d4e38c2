"""A programme written as people write it: one axis a line, what it holds indented or numbered.

Plain text in, the nodes of a contract's file out. Nothing here touches the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from beffroi.contracts.contract_file import FileNode, Known

MOST_LINES = 2000
MOST_DEEP = 6
LONGEST_TITLE = 500
LONGEST_CODE = 40
TAB = 4
"""How many spaces a tabulation stands for."""
_BULLET = re.compile(r"[-*•–—]\s+")
_WORD = re.compile(
    r"(?:axe|volet|titre|objectif|priorité|mesure|action)\s+(?=[0-9IVXA-Z])", re.IGNORECASE
)
_NUMBER = r"(?:\d{1,3}|[IVX]{1,6}|[A-Z])"
_PARTS = r"(?:\.(?:\d{1,3}|[a-z]))"
_MARK = r"\s*[.):–—-]+\s*|\s+[:–—-]\s*"
_CODED = re.compile(
    rf"(?P<code>{_NUMBER}{_PARTS}+|\d{{1,3}}|[IVX]{{1,6}})(?:{_MARK}|\s+|$)(?P<title>.*)"
    rf"|(?P<letter>[A-Z])(?:{_MARK})(?P<named>.*)"
)


class ProgrammeRefused(Exception):
    """The programme cannot be taken: one sentence says which line, and what to write."""


@dataclass(slots=True)
class _Line:
    """A line of the programme, then the node it becomes."""

    number: int
    indent: int
    code: str
    title: str
    numbered: bool
    children: list[_Line] = field(default_factory=list)

    def node(self) -> FileNode:
        """As a contract's file would say it."""
        return FileNode(self.code, self.title, Known(), tuple(c.node() for c in self.children))


def read_programme(text: str) -> tuple[FileNode, ...]:
    """The nodes that a text describes, in its order. Raises :class:`ProgrammeRefused`.

    A line lies under the last one less indented; not indented, under the one whose code begins its
    own (``1.2`` under ``1``). A bare number under a node that has a code is counted in it: ``2``
    under ``I`` is ``I.2``.
    """
    axes: list[_Line] = []
    path: list[_Line] = []
    known: dict[str, _Line] = {}
    for line in _lines(text):
        above = _above(line, path, known)
        _qualify(line, above[-1] if above else None)
        _check(line, above, known, axes)
        (above[-1].children if above else axes).append(line)
        if line.code:
            known[line.code] = line
        path = [*above, line]
    return tuple(axis.node() for axis in axes)


def _lines(text: str) -> list[_Line]:
    rows = text.expandtabs(TAB).splitlines()
    if len(rows) > MOST_LINES:
        raise ProgrammeRefused(
            _("Le programme dépasse %(most)s lignes : écrivez ses axes et ses objectifs seulement.")
            % {"most": MOST_LINES}
        )
    found = [_line(number, row) for number, row in enumerate(rows, 1) if row.strip()]
    margin = found[0].indent if found else 0
    for line in found:
        line.indent -= margin
        if line.indent < 0:
            raise ProgrammeRefused(
                _("Ligne %(line)s : elle commence avant la première ligne ; alignez les axes.")
                % {"line": line.number}
            )
    return found


def _line(number: int, row: str) -> _Line:
    said = row.replace("\u00a0", " ")
    indent = len(said) - len(said.lstrip())
    said = _BULLET.sub("", said.strip(), count=1)
    coded = _CODED.fullmatch(_WORD.sub("", said, count=1))
    if coded is None:
        return _Line(number, indent, "", said, numbered=False)
    code = coded["code"] or coded["letter"]
    title = (coded["title"] or coded["named"] or "").strip()
    return _Line(number, indent, code, title or said, numbered="." in code)


def _above(line: _Line, path: list[_Line], known: dict[str, _Line]) -> list[_Line]:
    """The lines that a line lies under, the axis first: by its margin, else by its code."""
    if not line.indent:
        return _numbered_under(line, known) if line.numbered else []
    above = [each for each in path if each.indent < line.indent]
    beside = path[len(above) :]
    if beside and beside[0].indent != line.indent:
        raise ProgrammeRefused(
            _("Ligne %(line)s : son retrait n'est celui d'aucune ligne au-dessus ; alignez-la.")
            % {"line": line.number}
        )
    return above


def _numbered_under(line: _Line, known: dict[str, _Line]) -> list[_Line]:
    """By its code: beneath each code that begins its own."""
    parts = line.code.split(".")
    above = []
    for rank in range(1, len(parts)):
        code = ".".join(parts[:rank])
        if code not in known:
            raise ProgrammeRefused(
                _("Ligne %(line)s : « %(code)s » vient sous « %(above)s », écrivez-le d'abord.")
                % {"line": line.number, "code": line.code, "above": code}
            )
        above.append(known[code])
    return above


def _qualify(line: _Line, parent: _Line | None) -> None:
    if parent and parent.code and line.code.isdecimal():
        line.code = f"{parent.code}.{line.code}"


def _check(line: _Line, above: list[_Line], known: dict[str, _Line], axes: list[_Line]) -> None:
    beside = above[-1].children if above else axes
    if len(line.title) > LONGEST_TITLE or len(line.code) > LONGEST_CODE:
        raise ProgrammeRefused(
            _("Ligne %(line)s : l'intitulé dépasse %(most)s caractères ; abrégez-le.")
            % {"line": line.number, "most": LONGEST_TITLE}
        )
    if len(above) >= MOST_DEEP:
        raise ProgrammeRefused(
            _("Ligne %(line)s : l'arbre a plus de %(most)s niveaux ; rapprochez-la de la marge.")
            % {"line": line.number, "most": MOST_DEEP}
        )
    if line.code in known:
        raise ProgrammeRefused(
            _("Ligne %(line)s : le code « %(code)s » est déjà celui de la ligne %(other)s.")
            % {"line": line.number, "code": line.code, "other": known[line.code].number}
        )
    same = next((e for e in beside if not line.code and e.title == line.title), None)
    if same:
        raise ProgrammeRefused(
            _("Ligne %(line)s : « %(title)s » est déjà écrit à la ligne %(other)s.")
            % {"line": line.number, "title": line.title[:60], "other": same.number}
        )

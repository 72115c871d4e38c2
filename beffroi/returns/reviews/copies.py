"""The partner's own workbook, annotated with all that is remarked and asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.contracts.vocabulary import Stage
from beffroi.files.actions import path_of
from beffroi.returns.annotating import FrontCell, FrontRow, Mark, Notes, annotated
from beffroi.returns.annotating.notes import Look, Tone
from beffroi.returns.checking.severities import Judged
from beffroi.returns.reading import Finding
from beffroi.returns.reading.front import FRONT_MARK
from beffroi.returns.reading.opening import content_of
from beffroi.returns.reading.sandbox import in_worker
from beffroi.returns.reviews.remarks import cell_of, place_of, why_set_aside
from beffroi.returns.reviews.said import ColumnSum
from beffroi.returns.reviews.threads import Thread
from beffroi.returns.templatetags.returns import finding_label, finding_message
from beffroi.ui import figures
from beffroi.ui.statuses import status

MOST_COMMENTS = 1_000
"""How many findings bear a comment in the sheets: past that, their cells are coloured alone."""
MOST_LISTED = 5_000
"""How many findings, and how many rows set aside, the first sheet lists."""
_TONES: dict[str, Tone] = {"error": "error", "warning": "warning", "info": "info"}


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the copy of one workbook says: of whom and when, and all that was remarked in it.

    ``set_aside`` gives, by reason, where the rows stand that are no lines.
    """

    facts: Sequence[tuple[str, str]]
    judged: Judged
    set_aside: dict[str, list[str]]
    columns: Sequence[ColumnSum] = ()
    threads: Sequence[Thread] = ()
    fictitious: bool = False
    findings: Sequence[Finding] = field(init=False, default=())

    def __post_init__(self) -> None:
        found = [each for group in self.judged.groups for each in group.findings]
        object.__setattr__(self, "findings", found)


def copy_of(sha256: str, name: str, remarks: Remarks) -> tuple[bytes, str]:
    """The annotated copy of a kept file, and its name. Raises ``UnreadableFile``."""
    content = content_of(path_of(sha256))
    return in_worker(name, annotated, content, name, notes_of(remarks))


def notes_of(remarks: Remarks) -> Notes:
    """What the copy says, in the reader's language."""
    return Notes(
        title=_("Relevé Beffroi"),
        rows=list(_front(remarks)),
        marks=[*_query_marks(remarks.threads), *_finding_marks(remarks.findings)],
        if_made=_(
            "Le format de votre fichier ne porte ni couleurs ni commentaires, ou n'a pas pu être "
            "modifié sur place : ceci est une copie de ses valeurs."
        ),
        made_sheet=_("Feuille 1"),
    )


def _query_marks(threads: Iterable[Thread]) -> Iterator[Mark]:
    for thread in threads:
        if thread.is_open:
            text = "\n".join(f"{each.author_name} : {each.text}" for each in thread.messages)
            yield Mark(thread.query.sheet, thread.query.cell, "query", text)


def _finding_marks(findings: Sequence[Finding]) -> Iterator[Mark]:
    for rank, found in enumerate(findings):
        sheet, place = place_of(found.where)
        text = finding_message(found) if rank < MOST_COMMENTS else ""
        yield Mark(sheet, place, _TONES[found.severity], text)


def _front(remarks: Remarks) -> Iterator[FrontRow]:
    yield [FrontCell(FRONT_MARK, "title")]
    if remarks.fictitious:
        yield [FrontCell(_("Données fictives"), "error")]
    for label, value in remarks.facts:
        yield [FrontCell(label, "strong"), FrontCell(value)]
    yield []
    yield [
        FrontCell(
            _(
                "Les cellules signalées sont en couleur et portent un commentaire ; rien d'autre "
                "n'est changé dans votre fichier. Cette feuille n'est jamais relue : vous pouvez "
                "corriger ce classeur et le renvoyer tel quel."
            )
        )
    ]
    yield from _queries(remarks.threads)
    yield from _findings(remarks)
    yield from _columns(remarks.columns)
    yield from _rows_set_aside(remarks.set_aside)


def _titled(title: str, *heads: str) -> Iterator[FrontRow]:
    yield []
    yield [FrontCell(title, "strong")]
    if heads:
        yield [FrontCell(head, "head") for head in heads]


def _queries(threads: Sequence[Thread]) -> Iterator[FrontRow]:
    if not threads:
        return
    yield from _titled(
        _("Questions de l'équipe du contrat"), _("État"), _("De"), _("Cellule"), _("Le"), _("Texte")
    )
    for thread in threads:
        look: Look = "query" if thread.is_open else "text"
        for message in thread.messages:
            yield [
                FrontCell(_("ouverte") if thread.is_open else _("close"), look),
                FrontCell(message.author_name),
                FrontCell(thread.where, target=(thread.query.sheet, thread.query.cell)),
                FrontCell(figures.day(timezone.localtime(message.at).date())),
                FrontCell(message.text),
            ]


def _findings(remarks: Remarks) -> Iterator[FrontRow]:
    count = len(remarks.findings)
    if not count:
        yield from _titled(_("Constats : aucun"))
        return
    title = ngettext("%(count)s constat", "%(count)s constats", count) % {"count": count}
    yield from _titled(
        title,
        _("Gravité"),
        _("Constat"),
        _("Cellule"),
        _("Lu"),
        _("Pourquoi, et quoi écrire"),
    )
    for found in remarks.findings[:MOST_LISTED]:
        yield [
            FrontCell(str(status(found.severity).label), _TONES[found.severity]),
            FrontCell(finding_label(found.kind)),
            FrontCell(found.where, target=cell_of(found.where)),
            FrontCell(found.shown),
            FrontCell(finding_message(found)),
        ]
    yield from _more(count - MOST_LISTED)
    for waiver, waived in remarks.judged.waived:
        said = ngettext(
            "%(count)s constat laissé par dérogation (%(kind)s) : %(reason)s",
            "%(count)s constats laissés par dérogation (%(kind)s) : %(reason)s",
            len(waived),
        )
        kind = finding_label(waiver.kind)
        yield [
            FrontCell(said % {"count": len(waived), "kind": kind, "reason": waiver.reason}, "info")
        ]


def _columns(columns: Sequence[ColumnSum]) -> Iterator[FrontRow]:
    if not columns:
        return
    yield from _titled(
        _("Sommes lues, colonne par colonne (euros)"),
        _("Stade"),
        _("Financeur"),
        _("Colonne"),
        _("Somme"),
        _("Cellules"),
    )
    for column in columns:
        where = f"{column.sheet} – {column.letters}" if column.sheet else column.letters
        year = f" {column.year}" if column.year else ""
        said = ngettext("%(count)s cellule lue", "%(count)s cellules lues", column.cells)
        cells = said % {"count": figures.integer(column.cells)}
        if column.unread:
            cells += f", {figures.unread(column.unread)}"
        yield [
            FrontCell(f"{Stage(column.stage).label}{year}"),
            FrontCell(column.funder),
            FrontCell(where, target=(column.sheet, f"{column.letters}{column.first}")),
            FrontCell(column.cents, "amount"),
            FrontCell(cells),
        ]


def _rows_set_aside(set_aside: dict[str, list[str]]) -> Iterator[FrontRow]:
    rows = [(what, where) for what, places in set_aside.items() for where in places]
    if not rows:
        return
    title = _("Lignes qui ne sont pas reprises (les lignes vides ne sont pas citées)")
    yield from _titled(title, _("Ligne"), _("Pourquoi"))
    for what, where in rows[:MOST_LISTED]:
        yield [FrontCell(where, target=cell_of(where)), FrontCell(why_set_aside(what))]
    yield from _more(len(rows) - MOST_LISTED)


def _more(count: int) -> Iterator[FrontRow]:
    if count > 0:
        said = ngettext("et %(count)s autre", "et %(count)s autres", count)
        yield [FrontCell(said % {"count": figures.integer(count)})]

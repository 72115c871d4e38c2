"""Documents and news as pages show them, in the workspace and in public."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from beffroi.library.models import Document, DocumentKind
from beffroi.ui.columns import Cell, Column, Row, Table

AddressOf = Callable[[Document], str]
SHORT_TYPES = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
}


def documents_table(
    documents: Sequence[Document],
    file_address: AddressOf,
    change_address: AddressOf | None = None,
    *,
    fictitious: bool,
    with_contract: AddressOf | None = None,
) -> Table:
    """Documents with their file; ``with_contract`` names the contract of each, and where it is."""
    columns = [
        Column("title", _("Document")),
        Column("kind", _("Genre")),
        Column("dated", _("Date"), "date"),
        Column("parties", _("Parties ou auteurs")),
        Column("file", _("Fichier")),
    ]
    if with_contract:
        columns.insert(1, Column("contract", _("Contrat")))
    if change_address:
        columns.append(Column("state", _("Public")))
    return Table(
        caption=_("Documents"),
        columns=columns,
        rows=[_row(each, file_address(each), change_address, with_contract) for each in documents],
        id="documents",
        fictitious=fictitious,
        hide_caption=True,
        empty=_("Aucun document ici, ou aucun qui réponde à cette recherche."),
    )


def _row(
    document: Document,
    file_address: str,
    change_address: AddressOf | None,
    with_contract: AddressOf | None,
) -> Row:
    words = [document.edition, document.description]
    cells: dict[str, Cell | str | None] = {
        "title": Cell(document.title, href=file_address, note=" · ".join(filter(None, words))),
        "kind": str(DocumentKind(document.kind).label),
        "parties": document.parties or None,
        "file": Cell(_weight(document), note=f"sha256 {document.file_id[:12]}…"),
    }
    if with_contract:
        cells["contract"] = Cell(document.contract.name, href=with_contract(document))
    if change_address:
        said = _("oui") if document.is_public else _("non")
        cells["state"] = Cell(said, href=change_address(document))
    return Row({**cells, "dated": document.dated})


def _weight(document: Document) -> str:
    """« PDF, 1,2 Mo »: what it is, and how long it takes to fetch."""
    kind = SHORT_TYPES.get(document.media_type, "?")
    kilobytes = -(-document.file.size // 1000)
    if kilobytes < 1000:
        return _("%(kind)s, %(size)s ko") % {"kind": kind, "size": kilobytes}
    tenths = kilobytes // 100
    return _("%(kind)s, %(whole)s,%(tenth)s Mo") % {
        "kind": kind,
        "whole": tenths // 10,
        "tenth": tenths % 10,
    }

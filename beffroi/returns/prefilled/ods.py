"""The pre-filled workbook as an ODS, written straight as XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from beffroi.returns.prefilled.content import Prefilled, Value
from beffroi.returns.prefilled.xlsx import widths
from beffroi.ui.inert import for_xml

MIME = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_OASIS}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_OPENING = (
    f'{_HEAD}<office:document-content xmlns:office="{_OASIS}office:1.0"'
    f' xmlns:table="{_OASIS}table:1.0" xmlns:text="{_OASIS}text:1.0"'
    f' xmlns:style="{_OASIS}style:1.0" xmlns:fo="{_OASIS}xsl-fo-compatible:1.0"'
    f' xmlns:number="{_OASIS}datastyle:1.0" office:version="1.3">'
)
_CENTIMETRES = 0.22
"""How wide a character is."""


def ods_of(filled: Prefilled) -> bytes:
    """Its bytes. A text is of the type ``string``, without any formula: it is never run."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MIME)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", "".join(_content(filled)))
    return out.getvalue()


def _content(filled: Prefilled) -> Iterator[str]:
    yield f"{_OPENING}<office:automatic-styles>"
    for width in sorted(set(widths(filled))):
        yield (
            f'<style:style style:name="w{width}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width * _CENTIMETRES:.2f}cm"/>'
            "</style:style>"
        )
    yield (
        '<number:number-style style:name="money"><number:number number:decimal-places="2"'
        ' number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/>'
        '</number:number-style><style:style style:name="amount" style:family="table-cell"'
        ' style:data-style-name="money"/>'
        '<style:style style:name="head" style:family="table-cell">'
        '<style:table-cell-properties fo:wrap-option="wrap"/>'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f"<table:table table:name={quoteattr(filled.sheet)}>"
    )
    for width in widths(filled):
        yield f'<table:table-column table:style-name="w{width}"/>'
    for title in filled.titles:
        yield from _row([title])
    yield from _row(filled.headers, style="head")
    for row in filled.rows:
        yield from _row(row, filled.amounts)
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"


def _row(
    values: Sequence[Value], amounts: frozenset[int] = frozenset(), style: str = ""
) -> Iterator[str]:
    yield "<table:table-row>"
    for column, value in enumerate(values):
        if value == "":
            yield "<table:table-cell/>"
        elif isinstance(value, str):
            named = f' table:style-name="{style}"' if style else ""
            text = escape(for_xml(value)).replace("\n", "</text:p><text:p>")
            yield (
                f'<table:table-cell office:value-type="string"{named}>'
                f"<text:p>{text}</text:p></table:table-cell>"
            )
        else:
            named = ' table:style-name="amount"' if column in amounts else ""
            yield (
                f'<table:table-cell office:value-type="float" office:value="{value!r}"{named}>'
                f"<text:p>{value!r}</text:p></table:table-cell>"
            )
    yield "</table:table-row>"

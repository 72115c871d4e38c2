"""What the demonstration shows of documents and news: invented, and said so."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.library.actions import add_document, write_article
from beffroi.library.models import Article, Document, DocumentKind, Language

TITLE = "Présentation du contrat de démonstration (document fictif)"
NEWS = "Le comité de suivi fictif a signé ses chiffres"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_CONTENT = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    f' xmlns:office="{_OFFICE}:office:1.0" xmlns:text="{_OFFICE}:text:1.0" office:version="1.3">'
    "<office:body><office:text><text:h>Document fictif</text:h><text:p>Ce contrat et ses montants "
    "sont inventés pour la démonstration.</text:p></office:text></office:body>"
    "</office:document-content>"
)
_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
    f' xmlns:manifest="{_OFFICE}:manifest:1.0" manifest:version="1.3"><manifest:file-entry'
    ' manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def furnish(contract: Contract, by: User) -> None:
    """One public document and one piece of news; again changes nothing."""
    if not Document.objects.filter(contract=contract).exists():
        said = {
            "title": TITLE,
            "kind": DocumentKind.PRESENTATION.value,
            "language": Language.FRENCH.value,
            "description": "Ce que montre la démonstration, en une page.",
            "is_public": True,
        }
        add_document(contract, SimpleUploadedFile("presentation.odt", _open_document()), said, by)
    if not Article.objects.filter(contract=contract).exists():
        told = {
            "title": NEWS,
            "summary": "Une actualité inventée, pour montrer où paraissent les vraies.",
            "body": "Rien de ce que dit cette page n'est arrivé.",
            "is_public": True,
        }
        write_article(contract, told, None, by)


def _open_document() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", _CONTENT)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return made.getvalue()
